/** What every store deals in: rendered records, and slices of ordered lists. */

declare const rendered: unique symbol

/** The JSON text of a T: stores keep records rendered, and most of them leave without being parsed. */
export type SerializedJson<T> = string & { readonly [rendered]: T }

/** Renders a value once and for all. */
export function serialize<T>(value: T): SerializedJson<T> {
  return JSON.stringify(value) as SerializedJson<T>
}

/** The value that a JSON text stands for. */
export function parse<T>(json: SerializedJson<T>): T {
  return JSON.parse(json) as T
}

declare const opaque: unique symbol

/**
 * Where a page of a list ends. Only the storage engine that made it knows what is in it; others keep it and give it
 * back. It survives JSON.
 */
export type Position = readonly (string | number)[] & { readonly [opaque]: true }

/** Which part of an ordered list is wanted. */
export interface SliceRequest {
  /** At most this many records, 1 to 1000. */
  limit: number
  /** The position of the last record already seen; null to begin. */
  after: Position | null
}

/** A part of an ordered list. */
export interface Slice<T> {
  records: SerializedJson<T>[]
  /** The position of the last record here, or null when none follows. */
  next: Position | null
  /** Ids of the data sets that the records come from. */
  datasets: string[]
}

/** A part of an ordered list as one text: what most answers are made of. */
export interface SerializedSlice extends Omit<Slice<unknown>, 'records'> {
  /** The JSON of the records, separated by commas, in UTF-8. */
  json: Buffer
}

/** Some of the records of an ordered list, one a line: what exports are made of. */
export interface NdjsonBatch {
  /** The JSON of the records in UTF-8, a line feed behind each. */
  json: Uint8Array
  records: number
}

/** The records that lines hold. */
export function splitNdjson<T>({ json }: NdjsonBatch): SerializedJson<T>[] {
  const { buffer, byteOffset, byteLength } = json
  return Buffer.from(buffer, byteOffset, byteLength)
    .toString()
    .split('\n')
    .slice(0, -1) as SerializedJson<T>[]
}

/** Records as lines. */
export function toNdjson(records: readonly SerializedJson<unknown>[]): NdjsonBatch {
  return { json: Buffer.from(records.map((record) => `${record}\n`).join('')), records: records.length }
}

/** How many records match, or at least match. */
export interface Total {
  total: number
  total_is: 'exact' | 'at_least'
}

/** A state of the data. */
export interface Revision {
  /** Random id of the database: two databases never share it. */
  databaseId: string
  /** Counts the writes that changed something. */
  number: number
  /** When the last of them happened. */
  at: Date
}

/** The properties that are not undefined. */
export function omitUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
