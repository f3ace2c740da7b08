import { parse, type SerializedJson } from '../../../records.ts'
import type { OriginalRows } from '../../contract/storage.ts'
import type { Connection } from '../database/connection.ts'

/** Rows in a batch. */
const BATCH = 500

/** Reads the rows that incidents were made of; see `Storage.originals`. */
export function* readOriginals(connection: Connection): Generator<OriginalRows> {
  const headers = connection.all<{ key: number; columns: SerializedJson<string[]> }>(
    'SELECT key, columns FROM headers',
  )
  for (const { id: dataset } of connection.all<{ id: string }>('SELECT id FROM datasets ORDER BY id')) {
    for (const { key, columns } of headers) {
      let ids: string[] = []
      let rows: string[][] = []
      const batch = () => ({ dataset, columns: parse(columns), ids, rows })
      for (const { id, cells } of connection.iterate<{ id: string; cells: SerializedJson<string[]> }>(
        `SELECT incidents.id, cells FROM originals JOIN incidents ON original_key = originals.key
         WHERE header_key = ? AND dataset = ? ORDER BY originals.key`,
        key,
        dataset,
      )) {
        ids.push(id)
        rows.push(parse(cells))
        if (rows.length < BATCH) continue
        yield batch()
        ids = []
        rows = []
      }
      if (rows.length > 0) yield batch()
    }
  }
}
