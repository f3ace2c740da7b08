import { OperatorError } from '../../../errors.ts'
import type { Revision } from '../../../records.ts'
import type { Connection } from '../database/connection.ts'

/** The one row of the table `store`: what a database says of itself. */
interface StoreRow {
  database_id: string
  revision: number
  revised_at: string
  state: string
  cursor_secret: string
}

/**
 * Reads the present state of the data.
 * @param path names the database in the error
 * @throws OperatorError when the row is not there
 */
export function readRevision(connection: Connection, path?: string): Revision {
  const columns = 'database_id, revision, revised_at, state'
  const { database_id, revision, revised_at, state } = readStoreRow(connection, columns, path)
  return { databaseId: database_id, state, number: revision, at: new Date(revised_at) }
}

/** Reads the key that cursors are signed with; see {@link readRevision}. */
export function readCursorSecret(connection: Connection, path?: string): string {
  return readStoreRow(connection, 'cursor_secret', path).cursor_secret
}

function readStoreRow(connection: Connection, columns: string, path = 'The database'): StoreRow {
  const row = connection.get<StoreRow>(`SELECT ${columns} FROM store`)
  if (row) return row
  throw new OperatorError(`${path} has lost the row about itself: restore it from a backup`)
}
