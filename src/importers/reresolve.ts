import type { OriginalRows, Storage } from '../storage/contract/storage.ts'
import type { RowReader } from './contract/row-reader.ts'
import { createReader } from './registry.ts'
import { FIRST_ROWS } from './windows.ts'

/** The result of matching the places of all imported incidents again. */
interface ReresolveReport {
  /** Rows read again. */
  read: number
  /** Incidents whose place has changed. */
  updated: number
  /** Records by how their places were matched. */
  matches: Record<string, number>
}

/**
 * Matches the places of all imported incidents with a changed gazetteer, from the rows of which they were made.
 * All or nothing.
 */
export async function reresolve(
  storage: Storage,
  onProgress: (rows: number) => void = () => {},
): Promise<ReresolveReport> {
  const readers = new Map<string, RowReader>()
  const session = await storage.beginImport()
  try {
    let read = 0
    for await (const { dataset, columns, ids, rows } of inWindows(storage.originals())) {
      const key = JSON.stringify([dataset, columns])
      let reader = readers.get(key)
      if (!reader) {
        reader = createReader(
          storage,
          { format: 'csv', header: [...columns], decimalComma: true },
          { name: dataset, redecides: true },
        )
        readers.set(key, reader)
      }
      const numbered = rows.map((cells, index) => ({
        line: read + index + 1,
        cells: [...cells],
        id: ids[index] as string,
      }))
      // The record of a row that would now be rejected stays as it is.
      for await (const results of reader.read(numbered))
        await session.put(
          results.flatMap((result) => ('incident' in result ? [result.incident] : [])),
          columns,
        )
      read += rows.length
      onProgress(read)
    }
    const references = await Promise.all([...readers.values()].map((reader) => reader.references()))
    const { updated } = await session.finish({
      datasets: [],
      sources: references.flatMap(({ sources }) => sources),
      actors: references.flatMap(({ actors }) => actors),
      spellings: references.flatMap(({ spellings = [] }) => spellings),
      file: null,
      replace: false,
      dryRun: false,
    })
    const matches: Record<string, number> = {}
    for (const { places } of readers.values())
      for (const [match, count] of Object.entries(places.matches))
        matches[match] = (matches[match] ?? 0) + count
    return { read, updated, matches }
  } catch (error) {
    await session.abort()
    throw error
  }
}

/** Joins rows of the same data set and columns that follow one another, up to a window. */
async function* inWindows(originals: AsyncIterable<OriginalRows>): AsyncGenerator<OriginalRows> {
  let window:
    | { dataset: string; columns: readonly string[]; ids: string[]; rows: (readonly string[])[] }
    | undefined
  for await (const { dataset, columns, ids, rows } of originals) {
    if (
      window?.dataset !== dataset ||
      window.columns.join('\n') !== columns.join('\n') ||
      window.rows.length >= FIRST_ROWS
    ) {
      if (window) yield window
      window = { dataset, columns, ids: [], rows: [] }
    }
    window.ids.push(...ids)
    window.rows.push(...rows)
  }
  if (window) yield window
}
