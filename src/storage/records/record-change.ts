import type { Claim } from '../../figures/claim.schema.ts'
import { parse, type SerializedJson, serialize } from '../../records.ts'
import type { RecordInput } from '../contract/storage.ts'
import { type RecordOf, stampRecord, type Table } from './tables.ts'

/** A record to write, and what of it lies outside its document. */
export interface RecordChange<T extends Table = Table> {
  /** `updated_at` only where the record brings its own. */
  record: RecordInput<RecordOf<T>> & { updated_at?: string }
  /** Of incidents and tolls; null: each figure is what the data set itself states. Left out: those that are stored. */
  claims?: readonly Claim[] | null
  /** Of imported incidents: the row that it was made of. Left out: the one that is stored. */
  original?: Original
  /** Merges the change with a stored record that holds more than it does. */
  mergeWith?: (stored: RecordOf<T>) => RecordChange<T>['record']
}

/** The cells of a row, and the columns under which they are. */
export interface Original {
  columns: readonly string[]
  cells: readonly string[]
}

/** The outcome of a change for a record. */
export type ChangeOutcome = 'added' | 'updated' | 'unchanged'

/** A record as it is stored, whole. */
export interface StoredRecord<T extends Table = Table> {
  document: SerializedJson<RecordOf<T>>
  /** JSON array, or null. */
  claims: string | null
  /** The key of the columns of its original row; null without one. */
  header_key: number | null
  /** The cells of its original row as a JSON array, or null. */
  cells: string | null
}

/** How a record is to be stored. */
export interface ComparedRecord<T extends Table> extends StoredRecord<T> {
  outcome: ChangeOutcome
  record: RecordOf<T>
}

/** Decides what a change makes of a record, which may be stored already. */
export function compareRecord<T extends Table>(
  table: T,
  change: RecordChange<T>,
  stored: StoredRecord<T> | undefined,
  context: { now: string; sameAs: readonly string[]; headerKey: (columns: readonly string[]) => number },
): ComparedRecord<T> {
  const { claims, original } = change
  const merged = (stored && change.mergeWith?.(parse(stored.document))) ?? change.record
  const record = stampRecord(table, merged, context.now, context.sameAs)
  const compared: ComparedRecord<T> = {
    outcome: 'added',
    record,
    document: serialize(record),
    claims: claims === undefined ? (stored?.claims ?? null) : claims && serialize(claims),
    header_key: original ? context.headerKey(original.columns) : (stored?.header_key ?? null),
    cells: original ? serialize(original.cells) : (stored?.cells ?? null),
  }
  // A record that brings the moment of its change is stored with it.
  const isStamped = change.record.updated_at !== undefined
  if (stored) compared.outcome = isSame(stored, compared, isStamped) ? 'unchanged' : 'updated'
  return compared
}

function isSame(stored: StoredRecord, compared: StoredRecord, isStamped: boolean): boolean {
  const text = (document: string) => (isStamped ? document : withoutMoment(document))
  return (
    text(stored.document) === text(compared.document) &&
    stored.claims === compared.claims &&
    stored.header_key === compared.header_key &&
    (stored.cells === compared.cells || isSameRow(stored.cells, compared.cells))
  )
}

/** Whether original rows differ at most in whole numbers that a spreadsheet has made floats: `5` and `5.0`. */
function isSameRow(stored: string | null, compared: string | null): boolean {
  if (stored === null || compared === null) return false
  const [a, b] = [stored, compared].map((cells) => cells.replace(/"(-?\d+)\.0+"/g, '"$1"'))
  return a === b
}

/** A document without the moment of its last change, which is its last property. */
function withoutMoment(document: string): string {
  return document.slice(0, document.lastIndexOf('"updated_at":'))
}
