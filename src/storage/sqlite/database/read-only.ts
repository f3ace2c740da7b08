import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { OperatorError } from '../../../errors.ts'
import { Sqlite } from './better-sqlite3.ts'

/** A path at which SQLite can read a database that may not be written. */
export interface ReadablePath {
  path: string
  /** Whether it is a temporary copy, which `remove` deletes. */
  isCopy: boolean
  remove(): void
}

/** True when there is a file that this process may not write, itself or because of its folder: a log is kept there. */
export function isReadOnly(path: string): boolean {
  if (!existsSync(path)) return false
  const file = realpathSync(path)
  return !isWritable(file) || !isWritable(dirname(file))
}

/**
 * Finds where SQLite can read a database that may not be written. One that was last closed with a write-ahead log cannot
 * be opened without creating a log next to it: it is copied. No process that writes it can be using it then, for that
 * would have created the log.
 * @throws OperatorError when it has to be copied and cannot be
 */
export function findReadablePath(path: string): ReadablePath {
  if (canRead(path)) return { path, isCopy: false, remove() {} }
  const folder = mkdtempSync(join(tmpdir(), 'incidents-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const copy = join(folder, basename(path))
  try {
    for (const suffix of ['', '-wal'].filter((each) => existsSync(path + each)))
      copyFileSync(path + suffix, copy + suffix, constants.COPYFILE_FICLONE)
    return { path: copy, isCopy: true, remove }
  } catch (error) {
    remove()
    throw new OperatorError(
      `${path} is read-only and was not written by \`incidents backup\`: it cannot be read in place, nor copied to ${tmpdir()} (${(error as Error).message})`,
      { cause: error },
    )
  }
}

function canRead(path: string): boolean {
  try {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      database.prepare('SELECT count(*) FROM sqlite_schema').get()
      return true
    } finally {
      database.close()
    }
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : ''
    // Any other error is reported when the database is used.
    return !/^SQLITE_(READONLY|CANTOPEN)/.test(code)
  }
}

/** Whether this process may write a file, or in a folder. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
