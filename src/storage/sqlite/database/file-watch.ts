import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { databaseUnavailable, isOutOfFiles, type ServiceError } from '../../../errors.ts'
import { findReplaced, formatIdentity, identifyFile } from './file.ts'

/** Offsets in the wal-index, the file ending in `-shm` (sqlite.org/walformat.html, "WAL-Index Header"). */
const INDEX = { bytes: 136, salts: 32, saltsEnd: 40, copied: 96, copying: 128 } as const
const HEADER_BYTES = 100

/** What the file was like at one time. */
interface Snapshot {
  /** How far the write-ahead log was copied into the file: nothing else may change the file. */
  checkpoint: Buffer
  /** The file's size, header, and page with the row about the database. */
  content: Buffer
}

/**
 * Watches that the file of a database stays the one that was opened, and that it is written only by SQLite. The file is
 * read by a descriptor: through the memory map, reading what was cut off would end the process. The descriptor stays
 * open until the connections of this process are closed, for closing it would release their locks (fcntl(2)).
 */
export class FileWatch {
  readonly #file: number
  /** Of the wal-index and the log, from when they exist: a new database gets them with its first transaction. */
  #index: number | null = null
  #logIdentity: string | null = null
  #snapshot: Snapshot | null = null
  #page: { offset: number; bytes: number } | null = null
  #failure: ServiceError | undefined
  /** The time of the last write to the file before it was verified, in nanoseconds. */
  #verifiedTime = -1n

  /** @param identity of the file when it was opened, as of `identifyFile`; a connection must be open */
  constructor(
    readonly path: string,
    readonly identity: string | null,
  ) {
    this.#file = openSync(path, 'r')
  }

  /** Includes a page in what is compared: the one that every change of the data writes. */
  includePage(number: number, bytes: number): void {
    this.#page = { offset: (number - 1) * bytes, bytes }
    this.#snapshot = null
  }

  /** @throws ServiceError unavailable once `verify` has */
  requireUsable(): void {
    if (this.#failure) throw this.#failure
  }

  /**
   * Verifies the file if it was written since it was last verified: what was read before is of the database then.
   * @throws ServiceError unavailable, as `verify` does
   */
  verifyWritten(): void {
    this.requireUsable()
    if (fstatSync(this.#file, { bigint: true }).mtimeNs !== this.#verifiedTime) this.verify()
  }

  /** @throws ServiceError unavailable from the first time that something else replaced or wrote the file */
  verify(): void {
    this.requireUsable()
    let problem: string | null
    try {
      this.#verifiedTime = fstatSync(this.#file, { bigint: true }).mtimeNs
      this.#openLog()
      problem = this.#findReplaced() ?? this.#findOverwritten()
    } catch (error) {
      // That is no problem of this file, and may pass.
      if (isOutOfFiles(error)) throw error
      problem = `cannot be read: ${(error as Error).message}`
    }
    if (problem !== null) this.fail(problem)
  }

  /**
   * Gives the file up, for good.
   * @param problem the rest of a sentence about the database file
   * @throws ServiceError unavailable
   */
  fail(problem: string, cause?: unknown): never {
    this.#failure ??= databaseUnavailable(problem, cause)
    throw this.#failure
  }

  /** Closes the descriptors; every connection of this process must be closed. */
  close(): void {
    closeSync(this.#file)
    if (this.#index !== null) closeSync(this.#index)
  }

  #openLog(): void {
    if (this.#index !== null || !existsSync(`${this.path}-shm`)) return
    this.#index = openSync(`${this.path}-shm`, 'r')
    this.#logIdentity = identifyFile(`${this.path}-wal`)
    this.#snapshot = null
  }

  #findReplaced(): string | null {
    const problem = findReplaced(this.path, this.identity)
    if (problem !== null) return problem
    if (this.#logIdentity !== null && identifyFile(`${this.path}-wal`) !== this.#logIdentity)
      return 'has lost its write-ahead log, the file ending in -wal, which was deleted or replaced while it was in use'
    if (this.#index !== null && identifyFile(`${this.path}-shm`) !== identify(this.#index))
      return 'has lost its index, the file ending in -shm, which was deleted or replaced while it was in use'
    return null
  }

  #findOverwritten(): string | null {
    const before = this.#readCheckpoint()
    const content = this.#readContent()
    const after = this.#readCheckpoint()
    // While the log is being copied, any content is possible; so it is after a process was killed while it did that.
    if (before === null || after === null || !before.equals(after)) {
      this.#snapshot = null
      return null
    }
    const last = this.#snapshot
    this.#snapshot = { checkpoint: before, content }
    if (!last?.checkpoint.equals(before) || last.content.equals(content)) return null
    const [was, is] = [last.content, content].map((each) => Number(each.readBigUInt64LE(0)))
    return Number(is) < Number(was)
      ? `was cut short, from ${was} to ${is} bytes, while it was in use`
      : 'was overwritten, not by SQLite, while it was in use'
  }

  /** Reads how far the log was copied; null while it is being copied, always the same without a log. */
  #readCheckpoint(): Buffer | null {
    if (this.#index === null) return Buffer.alloc(0)
    const index = readAt(this.#index, 0, INDEX.bytes)
    const copying = index.subarray(INDEX.copying, INDEX.copying + 4)
    const copied = index.subarray(INDEX.copied, INDEX.copied + 4)
    if (!copying.equals(copied)) return null
    return Buffer.concat([index.subarray(INDEX.salts, INDEX.saltsEnd), copied])
  }

  #readContent(): Buffer {
    const size = Buffer.alloc(8)
    size.writeBigUInt64LE(BigInt(fstatSync(this.#file).size))
    const page = this.#page && readAt(this.#file, this.#page.offset, this.#page.bytes)
    return Buffer.concat([size, readAt(this.#file, 0, HEADER_BYTES), ...(page ? [page] : [])])
  }
}

/** Reads bytes of a file; those beyond its end are zero. */
function readAt(file: number, position: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  readSync(file, buffer, 0, bytes, position)
  return buffer
}

function identify(file: number): string {
  return formatIdentity(fstatSync(file, { bigint: true }))
}
