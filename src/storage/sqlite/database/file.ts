import { type BigIntStats, closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OperatorError, REPLACED } from '../../../errors.ts'

/** Marks our files in the SQLite header: "CINC" in ASCII. */
export const APPLICATION_ID = 0x43494e43

const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'

/** Resolves the file that a `sqlite:` URL names to an absolute path. */
export function pathOf(databaseUrl: string): string {
  const path = databaseUrl.replace(/^sqlite:(\/\/(?=\/))?/, '')
  return resolve(path)
}

/** Identifies the file at a path, whatever its content and name; null when there is none. */
export function identifyFile(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats ? formatIdentity(stats) : null
}

/** Says what became of the file that had an identity, as the rest of a sentence; null when it is still at the path. */
export function findReplaced(path: string, identity: string | null): string | null {
  const current = identifyFile(path)
  if (current === null) return 'was deleted or moved while it was in use'
  return current === identity ? null : REPLACED
}

/** Renders the identity of a file: its device and its number there. */
export function formatIdentity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`
}

/**
 * Makes sure that a path is fit for our database: a missing folder is made, and a file that is not an intact SQLite
 * database of ours is rejected and left as it is. Reads the file's header only, by the file format's description (sqlite.org/fileformat2.html, "The Database Header").
 * @throws OperatorError with a one-line cause
 */
export function preparePath(path: string): void {
  if (!existsSync(path)) {
    try {
      mkdirSync(dirname(path), { recursive: true })
    } catch (error) {
      throw new OperatorError(`The folder of ${path} cannot be made: ${(error as Error).message}`, {
        cause: error,
      })
    }
    return
  }
  const stat = statSync(path)
  if (!stat.isFile()) throw new OperatorError(`${path} is not a file: give the path of a database file`)
  const cutShort = new OperatorError(`${path} is cut short (${stat.size} bytes): restore it from a backup`)
  if (stat.size === 0) {
    // Where there is a log, the database had been written; SQLite would delete the log and begin a new one.
    if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size) throw cutShort
    return
  }
  const header = readHeader(path)
  if (header.toString('latin1', 0, 16) !== MAGIC) {
    throw new OperatorError(
      `${path} is not a SQLite database: give another path, or restore the file from a backup`,
    )
  }
  if (stat.size < HEADER_BYTES) throw cutShort
  if (header.readUInt32BE(68) !== APPLICATION_ID) {
    throw new OperatorError(`${path} is a SQLite database of another application: give another path`)
  }
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
  const isWhole = stat.size % pageSize === 0 && stat.size >= header.readUInt32BE(28) * pageSize
  // What a write-ahead log still holds may make up for it.
  if (!isWhole && !existsSync(`${path}-wal`)) throw cutShort
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, header, 0, header.length, 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new OperatorError(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  return header
}
