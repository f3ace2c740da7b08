/** The types that every store shares: rendered records, and slices of ordered lists. */

declare const rendered: unique symbol

/** The JSON text of a T: stores keep records rendered, and most are sent without being parsed. */
export type SerializedJson<T> = string & { readonly [rendered]: T }

/** Renders a value as JSON, typed by what it holds. */
export function serialize<T>(value: T): SerializedJson<T> {
  return JSON.stringify(value) as SerializedJson<T>
}

/** Parses the JSON text of a T. */
export function parse<T>(json: SerializedJson<T>): T {
  return JSON.parse(json) as T
}

/** The JSON of a T in UTF-8: what is sent as it is read becomes no string, which takes longer than reading it. */
export type SerializedBytes<T> = Buffer & { readonly [rendered]: T }

/** Decodes the JSON of a T. */
export function toText<T>(json: SerializedBytes<T>): SerializedJson<T> {
  return json.toString() as SerializedJson<T>
}

declare const opaque: unique symbol

/**
 * Where a page of a list ends. Only the storage engine that made it knows what is in it; others keep it and give it
 * back. It survives JSON.
 */
export type Position = readonly (string | number)[] & { readonly [opaque]: true }

/** The part of an ordered list to read. */
export interface SliceRequest {
  /** Maximum number of records, 1 to 1000. */
  limit: number
  /** The position of the last record already read; null to begin. */
  after: Position | null
}

/** A part of an ordered list. */
export interface Slice<T> {
  records: SerializedJson<T>[]
  /** The position of the last record of this slice; null when no record follows. */
  next: Position | null
  /** Ids of the data sets that the records come from. */
  datasets: string[]
}

/** A part of an ordered list whose records are joined already; most responses are made of it. */
export interface SerializedSlice extends Omit<Slice<unknown>, 'records'> {
  /** The JSON of the records, separated by commas, in UTF-8. */
  json: Buffer
}

/** A batch of records, one per line; exports are made of these. */
export interface NdjsonBatch {
  /** The JSON of the records in UTF-8, a line feed after each. */
  json: Uint8Array
  records: number
}

/** Splits a batch into its records. */
export function splitNdjson<T>({ json }: NdjsonBatch): SerializedJson<T>[] {
  const { buffer, byteOffset, byteLength } = json
  return Buffer.from(buffer, byteOffset, byteLength)
    .toString()
    .split('\n')
    .slice(0, -1) as SerializedJson<T>[]
}

/** Joins records to a batch. */
export function toNdjson(records: readonly SerializedJson<unknown>[]): NdjsonBatch {
  return { json: Buffer.from(records.map((record) => `${record}\n`).join('')), records: records.length }
}

/** The number of matching records, exact or a lower bound. */
export interface Total {
  total: number
  total_is: 'exact' | 'at_least'
}

/** Who asks for something that may have to wait for its turn. */
export interface Caller {
  /** Callers of one client share its turns. */
  client: string
  /** Aborted when the caller no longer waits; left out where it always does. */
  signal?: AbortSignal
  /** Until when it waits, in milliseconds of `performance.now()`; for ever when left out. */
  deadline?: number
}

/** The process itself, as in commands. */
export const OWN_CALLER: Caller = { client: '' }

/** A state of the data. */
export interface Revision {
  /** Random id of the database: two databases never share it. */
  databaseId: string
  /** Random id of the state: two states never share it, even if one follows a backup of the other's database. */
  state: string
  /** The number of writes that changed something. */
  number: number
  /** The time of the last of them. */
  at: Date
}

/** Copies an object without the properties that are undefined. */
export function omitUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
