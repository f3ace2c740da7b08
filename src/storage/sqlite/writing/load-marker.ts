import { type Connection, isBusy } from '../database/connection.ts'
import { readRevision } from '../records/store-row.ts'

const MARK = `INSERT INTO loaded (only, digest, revision) VALUES (1, ?, ?)
  ON CONFLICT DO UPDATE SET digest = excluded.digest, revision = excluded.revision`

/** True when the database was found to hold the batch of this digest, and nothing has changed since. */
export function isLoaded(connection: Connection, digest: string): boolean {
  const sql = 'SELECT 1 FROM loaded JOIN store USING (revision) WHERE digest = ?'
  return connection.get(sql, digest) !== undefined
}

/** Marks, within a change of the data, that the database holds the batch of this digest after it. */
export function markLoaded(connection: Connection, digest: string): void {
  connection.run(MARK, digest, readRevision(connection).number)
}

/** Marks that the data of a revision held the batch; not while another process writes, for that would have to wait. */
export function markVerified(connection: Connection, digest: string, revision: number): void {
  try {
    connection.withoutWaiting(() => connection.run(MARK, digest, revision))
  } catch (error) {
    if (!isBusy(error)) throw error
  }
}
