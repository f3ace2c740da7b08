import { OperatorError } from '../../errors.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { suggest } from '../../text/suggest.ts'
import { foldColumn } from '../contract/columns.ts'

/** The cells of a row by the name of their column, as they are written in the file. */
export type RowCells = (column: string) => string

const NAMES = INCIDENT_COLUMNS.map(({ name }) => name)
const KNOWN: ReadonlySet<string> = new Set(NAMES)

/** Columns that other data sets have under other names only: figures, and places as records have them. */
const OWN = /^(?:fatalities|injured)_|^place_/

/**
 * Whether a header is that of our own CSV, or meant to be: it has the id, most of its columns are ours, and not only
 * such as any data set may have (`latitude`, `event_type`).
 */
export function isExportHeader(header: readonly string[]): boolean {
  const known = header.map(foldColumn).filter((name) => KNOWN.has(name))
  return 2 * known.length > header.length && known.includes('id') && known.some((name) => OWN.test(name))
}

/**
 * Maps the columns of a header of our CSV: all of them, in any order. Returns what reads the rows under it.
 * @throws OperatorError that names every column that is missing, unknown or repeated
 */
export function mapColumns(header: readonly string[]): (row: readonly string[]) => RowCells {
  const names = header.map(foldColumn)
  const missing = NAMES.filter((name) => !names.includes(name))
  const unknown = names.flatMap((name, index) => {
    if (KNOWN.has(name)) return []
    const [near] = suggest(name, missing)
    return [near ? `${header[index]} (did you mean ${near}?)` : `${header[index]}`]
  })
  const repeated = NAMES.filter((name) => names.indexOf(name) !== names.lastIndexOf(name))
  const wrong = Object.entries({
    missing,
    unknown,
    repeated,
  }).flatMap(([what, columns]) => (columns.length > 0 ? [`${what}: ${formatNames(columns)}`] : []))
  if (wrong.length > 0) {
    throw new OperatorError(
      `An export is read back with all its columns and no others (${wrong.join('; ')}): export without fields, and remove columns that you have added`,
    )
  }
  const positions = new Map(names.map((name, index) => [name, index]))
  return (row) => (column) => row[positions.get(column) ?? -1] ?? ''
}

const MAX_LISTED = 10

function formatNames(names: readonly string[]): string {
  const more = names.length - MAX_LISTED
  return more > 0 ? `${names.slice(0, MAX_LISTED).join(', ')} and ${more} more` : names.join(', ')
}
