import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'

const [header = [], , ...rows] = parse(
  gunzipSync(readFileSync(new URL('../fixtures/ucdp-ged-iraq.csv.gz', import.meta.url))),
  { relax_column_count: true },
) as string[][]

/** The columns of the real file. */
export const UCDP_HEADER: readonly string[] = header

/** Rows of the real file, without its row of tags. */
export const UCDP_ROWS: readonly (readonly string[])[] = rows

/** Finds the position of a column. */
export function findColumn(name: string): number {
  const at = header.indexOf(name)
  if (at < 0) throw new Error(`UCDP GED has no column ${name}`)
  return at
}

/** Reads the cell of a column. */
export function readCell(row: readonly string[], name: string): string {
  return row[findColumn(name)] ?? ''
}

/** Copies a row with some cells changed. */
export function changeCells(row: readonly string[], cells: Readonly<Record<string, string>>): string[] {
  const copy = [...row]
  for (const [name, cell] of Object.entries(cells)) copy[findColumn(name)] = cell
  return copy
}

/** Renders a file of these rows. */
export function renderUcdpCsv(records: readonly (readonly string[])[], delimiter = ','): string {
  return stringify([header, ...records], { delimiter })
}
