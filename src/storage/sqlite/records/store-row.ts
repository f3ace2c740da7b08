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

/** Reads the present state of the data. */
export function readRevision(connection: Connection): Revision {
  const { database_id, revision, revised_at, state } = readStoreRow(
    connection,
    'database_id, revision, revised_at, state',
  )
  return { databaseId: database_id, state, number: revision, at: new Date(revised_at) }
}

/** Reads the key that cursors are signed with. */
export function readCursorSecret(connection: Connection): string {
  return readStoreRow(connection, 'cursor_secret').cursor_secret
}

function readStoreRow(connection: Connection, columns: string): StoreRow {
  const row = connection.get<StoreRow>(`SELECT ${columns} FROM store`)
  if (row) return row
  throw new OperatorError('The database has lost the row about itself: restore it from a backup')
}
