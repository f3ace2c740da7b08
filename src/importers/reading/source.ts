import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { OperatorError } from '../../errors.ts'
import type { PackedFile } from './archive/unpack.ts'

/** A file, or a stream with its name in messages (`-`: standard input). */
export type Input = { path: string } | { stream: Readable; name: string }

/** Called with the number of bytes read, and of all bytes of the file, where that is known. */
export type OnBytes = (read: number, total: number | null) => void

/** A file as it was given: counts and hashes its bytes while they are read, and closes all that was opened. */
export class Source implements PackedFile {
  read = 0
  readonly #hash = createHash('sha256')
  readonly #closers: (() => unknown)[] = []
  #reported = 0
  #isAtEnd = false
  #sha256: string | null = null

  constructor(
    /** The file, as messages name it. */
    readonly name: string,
    readonly fileName: string,
    private readonly stream: Readable,
    /** Where it can be read at any position; null for a pipe. */
    readonly path: string | null,
    private readonly size: number | null,
    private readonly onBytes: OnBytes | undefined,
  ) {
    // A stream that fails while it is not being read throws when it is read.
    stream.on('error', () => {})
    this.onClose(() => stream.destroy())
  }

  /** Reads the bytes, from the current position. */
  async *bytes(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) {
        const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        this.#hash.update(bytes)
        this.read += bytes.length
        this.reportProgress(this.read)
        yield bytes
      }
    } catch (error) {
      throw unreadableError(this.name, error)
    }
    this.#isAtEnd = true
  }

  reportProgress(read: number): void {
    if (read <= this.#reported) return
    this.#reported = read
    this.onBytes?.(read, this.size)
  }

  /** Reads the remaining bytes, for the hash of the whole file. */
  async finish(): Promise<void> {
    if (!this.#isAtEnd) for await (const _ of this.bytes());
    this.#sha256 = this.#hash.digest('hex')
  }

  /** SHA-256 of the file, in hexadecimal digits; known after {@link finish}. */
  sha256(): string {
    if (this.#sha256 === null) throw new Error(`${this.name} is not yet read to its end`)
    return this.#sha256
  }

  onClose(close: () => unknown): void {
    this.#closers.push(close)
  }

  /** Closes everything, the last first. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

/**
 * Opens a file or a stream.
 * @throws OperatorError when it does not exist or cannot be read
 */
export async function openSource(input: Input, onBytes: OnBytes | undefined): Promise<Source> {
  if ('stream' in input) {
    const name = input.name === '-' ? 'Standard input' : input.name
    return new Source(name, input.name, input.stream, null, null, onBytes)
  }
  const { path } = input
  const stats = await stat(path).catch((error): Stats => {
    throw unreadableError(path, error)
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

function unreadableError(name: string, error: unknown): Error {
  if (error instanceof OperatorError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new OperatorError(`There is no file ${name}`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new OperatorError(`${name} may not be read by this user: change its permissions`, { cause: error })
  return new OperatorError(`${name} cannot be read: ${message}`, { cause: error })
}
