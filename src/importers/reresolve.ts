import type { Storage } from '../storage/contract/storage.ts'
import { readerOf } from './registry.ts'
import type { ResolutionCounts, RowReader } from './contract/row-reader.ts'

/** What finding the places again did. */
export interface Reresolution {
  /** Rows read again. */
  read: number
  /** Incidents whose place is another now. */
  updated: number
  /** How the places of all rows were found. */
  places: ResolutionCounts
}

/**
 * Finds the places of all imported incidents again, from the rows that they were made of: after the gazetteer
 * changed. All or nothing.
 */
export async function reresolve(
  storage: Storage,
  onProgress: (rows: number) => void = () => {},
): Promise<Reresolution> {
  const readers = new Map<string, RowReader>()
  const session = await storage.beginImport()
  try {
    let read = 0
    for await (const { dataset, columns, rows } of storage.originals()) {
      const key = JSON.stringify([dataset, columns])
      let reader = readers.get(key)
      if (!reader) {
        reader = readerOf(storage, { format: 'csv', header: columns }, { name: dataset })
        readers.set(key, reader)
      }
      for (const [index, cells] of rows.entries()) {
        const outcome = await reader.read({ line: read + index + 1, cells: [...cells] })
        // A row that is refused by now keeps the record that was once made of it.
        if ('incident' in outcome) await session.put([outcome.incident], columns)
      }
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
    const places: ResolutionCounts = {}
    for (const reader of readers.values()) {
      for (const [way, count] of Object.entries(reader.places)) places[way] = (places[way] ?? 0) + count
    }
    return { read, updated, places }
  } catch (error) {
    await session.abort()
    throw error
  }
}
