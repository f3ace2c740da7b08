import type { Storage } from '../storage/contract/storage.ts'
import type { MatchCounts, RowReader } from './contract/row-reader.ts'
import { createReader } from './registry.ts'

/** The result of matching the places of all imported incidents again. */
interface ReresolveReport {
  /** Rows read again. */
  read: number
  /** Incidents whose place has changed. */
  updated: number
  /** How the places of all rows were matched. */
  places: MatchCounts
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
    for await (const { dataset, columns, ids, rows } of storage.originals()) {
      const key = JSON.stringify([dataset, columns])
      let reader = readers.get(key)
      if (!reader) {
        reader = createReader(storage, { format: 'csv', header: columns }, { name: dataset })
        readers.set(key, reader)
      }
      const results = await reader.read(
        rows.map((cells, index) => ({ line: read + index + 1, cells: [...cells], id: ids[index] as string })),
      )
      // The record of a row that would now be rejected stays as it is.
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
      file: null,
      replace: false,
      dryRun: false,
    })
    const places: MatchCounts = {}
    for (const reader of readers.values()) {
      for (const [match, count] of Object.entries(reader.places)) places[match] = (places[match] ?? 0) + count
    }
    return { read, updated, places }
  } catch (error) {
    await session.abort()
    throw error
  }
}
