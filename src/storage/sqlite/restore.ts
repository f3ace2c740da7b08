import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { OperatorError } from '../../errors.ts'
import type { RestoreOptions, RestoreReport } from '../contract/storage.ts'
import { Connection, toFileError } from './database/connection.ts'
import { identifyFile, pathOf, preparePath } from './database/file.ts'
import { FileLock } from './database/file-lock.ts'
import { knownMigrations, pendingMigrations } from './database/migrations.ts'
import { findReadablePath } from './database/read-only.ts'
import { checkFile } from './integrity/check.ts'

/** Files that SQLite keeps next to a database; those of another database would be applied to it. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const

/**
 * Replaces the database by a copy of a file, in one step: whenever this is interrupted, the old database is complete or
 * the new one is. The old one is kept, with `.before-restore` added to its name.
 * @throws OperatorError when the file is no sound database of ours, or the database is in use
 */
export async function restoreSqlite(
  databaseUrl: string,
  file: string,
  { force = false, onProgress }: RestoreOptions = {},
): Promise<RestoreReport> {
  const named = pathOf(databaseUrl)
  const path = existsSync(named) ? realpathSync(named) : named
  const source = resolve(file)
  if (!existsSync(source)) throw new OperatorError(`There is no file ${source}`)
  if (identifyFile(source) === identifyFile(path))
    throw new OperatorError(`${source} is the database itself: give a backup of it`)
  preparePath(source)
  mkdirSync(dirname(path), { recursive: true })

  // Held until the end: a server that starts meanwhile fails, and neither file changes.
  const lock = existsSync(path) ? FileLock.take(path, force) : null
  const prefix = `.${basename(path)}.restore-`
  const part = join(dirname(path), `${prefix}${randomUUID()}`)
  try {
    if (lock) removeParts(dirname(path), prefix)
    await copyDatabase(source, part, onProgress)
    const report = verify(part, source)
    if (lock) copyOwner(path, part)
    sync(part)
    const kept = lock ? keepOld(path, lock) : null
    renameSync(part, path)
    sync(dirname(path))
    return { ...report, kept }
  } catch (error) {
    throw explain(path, error)
  } finally {
    removeParts(dirname(path), basename(part))
    lock?.release()
  }
}

async function copyDatabase(
  source: string,
  part: string,
  onProgress: RestoreOptions['onProgress'],
): Promise<void> {
  const readable = findReadablePath(source)
  try {
    const connection = new Connection(readable.path, 'stream')
    try {
      await connection.backup(part, onProgress)
    } finally {
      connection.close()
    }
  } catch (error) {
    throw toFileError(source, error)
  } finally {
    readable.remove()
  }
}

/** @throws OperatorError when the copy is damaged, or this release cannot migrate it */
function verify(part: string, source: string): Omit<RestoreReport, 'kept'> {
  const connection = new Connection(part, 'stream')
  try {
    const known = knownMigrations()
    const pending = pendingMigrations(connection, known).map(({ name }) => name)
    if (pending.length === known.length)
      throw new OperatorError(`${source} is an empty database: there is nothing to restore`)
    // The schema is compared with that of this release.
    const problems = checkFile(connection, pending.length === 0)
    if (problems.length > 0)
      throw new OperatorError(
        `${source} is damaged: ${problems[0]?.message}${problems.length > 1 ? `, and ${problems.length - 1} more problems` : ''}`,
      )
    const count = 'SELECT (SELECT count(*) FROM incidents) AS records, revision, revised_at AS at FROM store'
    const row = connection.get<{ records: number; revision: number; at: string }>(count)
    if (!row) throw new OperatorError(`${source} has lost the row about itself: restore another backup`)
    return { ...row, pending }
  } catch (error) {
    throw toFileError(source, error)
  } finally {
    connection.close()
  }
}

/**
 * Gives the old database a second name, and takes its companions away before the new one gets the first: SQLite would
 * apply them to it. The log is empty by then, unless the old database is damaged.
 */
function keepOld(path: string, lock: FileLock): string {
  const kept = `${path}.before-restore`
  lock.emptyLog()
  const second = join(dirname(path), `.${basename(path)}.restore-${randomUUID()}`)
  try {
    linkSync(path, second)
  } catch (error) {
    const { message } = error as Error
    throw new OperatorError(
      `${path} cannot be kept as ${kept} (${message}): move it elsewhere, and its -wal and -shm too if there are any, then repeat`,
      { cause: error },
    )
  }
  renameSync(second, kept)
  // Two names of one file are both kept by rename(): so it is after a restore that was interrupted after this step.
  rmSync(second, { force: true })
  for (const each of COMPANIONS) {
    rmSync(kept + each, { force: true })
    if (!existsSync(path + each)) continue
    if (lock.isDamaged && each !== '-shm') renameSync(path + each, kept + each)
    else rmSync(path + each)
  }
  sync(dirname(path))
  return kept
}

/** Removes what an interrupted restore has left. */
function removeParts(folder: string, prefix: string): void {
  for (const name of readdirSync(folder))
    if (name.startsWith(prefix)) rmSync(join(folder, name), { force: true })
}

/** Gives a file the permissions and, if this process may, the owner of another one. */
function copyOwner(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from)
  chmodSync(to, mode)
  try {
    chownSync(to, uid, gid)
  } catch {
    // Only root may: any other user could write the old file, and so may the group.
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function explain(path: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException
  if (!syscall) return error
  return new OperatorError(`${path} was not replaced: ${message}`, { cause: error })
}
