import type Database from 'better-sqlite3'
import { OperatorError } from '../../../errors.ts'
import { Sqlite } from './better-sqlite3.ts'
import { isBusy } from './connection.ts'
import { preparePath } from './file.ts'

/** How long another process may take to close, in milliseconds. */
const BUSY_TIMEOUT_MS = 1000

/** Keeps every other process from using a database. */
export class FileLock {
  private constructor(
    private readonly database: Database.Database | null,
    /** Whether it is so damaged that its log cannot be written to it. */
    readonly isDamaged: boolean,
  ) {}

  /**
   * Locks a database that no other process has open.
   * @param force go on if it is damaged, so that it cannot be locked
   * @throws OperatorError when it is in use, or another application's
   */
  static take(path: string, force: boolean): FileLock {
    let database: Database.Database | null = null
    try {
      preparePath(path)
      database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
      // In this mode, a connection locks the file itself as soon as it uses the log, and keeps the lock.
      database.pragma('locking_mode = EXCLUSIVE')
      database.exec('BEGIN EXCLUSIVE; COMMIT')
    } catch (error) {
      database?.close()
      if (isBusy(error))
        throw new OperatorError(`${path} is in use by a server or another command: stop it first`, {
          cause: error,
        })
      if (force) return new FileLock(null, true)
      const { message } = error as Error
      throw new OperatorError(
        `${error instanceof OperatorError ? message : `${path} cannot be locked: ${message}`}; to replace it all the same, make sure that no server uses it and repeat with --force`,
        { cause: error },
      )
    }
    try {
      database.pragma('wal_checkpoint')
      return new FileLock(database, false)
    } catch {
      return new FileLock(database, true)
    }
  }

  /** Writes what the log still holds to the file, and empties the log; not if the database is damaged. */
  emptyLog(): void {
    if (!this.isDamaged) this.database?.pragma('wal_checkpoint(TRUNCATE)')
  }

  release(): void {
    this.database?.close()
  }
}
