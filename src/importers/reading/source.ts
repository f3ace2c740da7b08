import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { OperatorError } from '../../errors.ts'
import type { Bytes } from './encoding/bytes.ts'

/** What to read: a file, or a stream with the name by which messages speak of it (`-`: standard input). */
export type Input = { path: string } | { stream: Readable; name: string }

/** Told how many of the file's bytes are read, and how many there are, where that is known. */
export type OnBytes = (read: number, total: number | null) => void

/** A file as it was given: its bytes, counted and hashed on their way, and what is to be closed at the end. */
export class Source {
  /** Bytes that were read. */
  read = 0
  readonly #hash = createHash('sha256')
  readonly #closers: (() => unknown)[] = []
  #told = 0
  #isAtEnd = false
  #sha256: string | null = null

  constructor(
    /** The file, as messages name it. */
    readonly name: string,
    readonly fileName: string,
    private readonly stream: Readable,
    /** Where it can be read at any place; null for a pipe. */
    readonly path: string | null,
    private readonly size: number | null,
    private readonly onBytes: OnBytes | undefined,
  ) {
    // A stream that fails while nobody reads it is told of when it is read.
    stream.on('error', () => {})
    this.closeWith(() => stream.destroy())
  }

  /** The bytes, from where they were left. */
  async *bytes(): Bytes & AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) {
        const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        this.#hash.update(bytes)
        this.read += bytes.length
        this.tell(this.read)
        yield bytes
      }
    } catch (error) {
      throw unreadable(this.name, error)
    }
    this.#isAtEnd = true
  }

  /** Says how far the reading is, in bytes of this file. */
  tell(read: number): void {
    if (read <= this.#told) return
    this.#told = read
    this.onBytes?.(read, this.size)
  }

  /** Reads what is left, for the hash of the whole. */
  async finish(): Promise<void> {
    if (!this.#isAtEnd) for await (const _ of this.bytes());
    this.#sha256 = this.#hash.digest('hex')
  }

  /** SHA-256 of the file, in hexadecimal digits; known when it is finished. */
  sha256(): string {
    if (this.#sha256 === null) throw new Error(`${this.name} is not yet read to its end`)
    return this.#sha256
  }

  /** Remembers what else is to be closed. */
  closeWith(closer: () => unknown): void {
    this.#closers.push(closer)
  }

  /** Closes everything, the last first. */
  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer()
  }
}

/**
 * Opens a file or a stream.
 * @throws OperatorError when there is none, or it cannot be read
 */
export async function openSource(input: Input, onBytes: OnBytes | undefined): Promise<Source> {
  if ('stream' in input) {
    const name = input.name === '-' ? 'Standard input' : input.name
    return new Source(name, input.name, input.stream, null, null, onBytes)
  }
  const { path } = input
  const stats = await stat(path).catch((error): Stats => {
    throw unreadable(path, error)
  })
  if (stats.isDirectory()) throw new OperatorError(`${path} is a folder: give the path of a file`)
  const isFile = stats.isFile()
  return new Source(
    path,
    basename(path),
    createReadStream(path),
    isFile ? path : null,
    isFile ? stats.size : null,
    onBytes,
  )
}

function unreadable(name: string, error: unknown): Error {
  if (error instanceof OperatorError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new OperatorError(`There is no file ${name}`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new OperatorError(`${name} may not be read by this user: change its permissions`, { cause: error })
  return new OperatorError(`${name} cannot be read: ${message}`, { cause: error })
}
