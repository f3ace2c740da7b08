import { crc32, createInflateRaw } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { OperatorError } from '../../../errors.ts'
import type { Bytes } from '../encoding/bytes.ts'
import { inflate, type Origin } from './inflate.ts'

const STORED = 0
const DEFLATED = 8

const MAX_ENTRIES = 10_000

/** A zip archive, read by its central directory. */
export class Archive {
  #read = 0

  private constructor(
    /** The archive, as messages name it. */
    readonly name: string,
    readonly entries: readonly Entry[],
    private readonly zip: ZipFile,
    /** The file from which the archive itself was unpacked; undefined where it was given as it is. */
    private readonly outer: Origin | undefined,
    private readonly onRead: ((read: number) => void) | undefined,
  ) {}

  /** @throws OperatorError when the archive is damaged */
  static async open(
    path: string,
    { name, outer, onRead }: { name: string; outer?: Origin; onRead?: (read: number) => void },
  ): Promise<Archive> {
    const zip = await openPromise(path, { autoClose: false }).catch((error) => {
      throw damagedArchive(name, error)
    })
    const entries: Entry[] = []
    try {
      for await (const entry of zip.eachEntry()) {
        entries.push(entry)
        if (entries.length > MAX_ENTRIES)
          throw new OperatorError(`${name} holds over ${MAX_ENTRIES} files: give the one with the data`)
      }
    } catch (error) {
      zip.close()
      throw damagedArchive(name, error)
    }
    return new Archive(name, entries, zip, outer, onRead)
  }

  /** The entry of a path; upper and lower case are the same. */
  find(path: string): Entry | undefined {
    const wanted = path.toLowerCase()
    return this.entries.find(({ fileName }) => fileName.toLowerCase() === wanted)
  }

  /** Bytes of the archive, and of the file from which it was unpacked, that were used so far. */
  spent(): number {
    return Math.min(this.#read, this.outer?.spent() ?? this.#read)
  }

  /**
   * Reads the bytes of an entry, and checks them by the size and checksum in the directory.
   * @throws OperatorError when they are damaged, encrypted or packed by an unsupported method
   */
  async *bytes(entry: Entry): AsyncGenerator<Buffer> {
    const { fileName, compressionMethod } = entry
    if (entry.isEncrypted())
      throw new OperatorError(`${fileName} in ${this.name} is encrypted: unpack it with its password first`)
    if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
      throw new OperatorError(
        `${fileName} in ${this.name} is packed by method ${compressionMethod}, which is not supported: unpack it first`,
      )
    }
    const packed = this.#readPacked(entry)
    const unpacked =
      compressionMethod === STORED
        ? packed
        : inflate(packed, createInflateRaw(), { name: this.name, spent: () => this.spent() })
    let size = 0
    let checksum = 0
    for await (const chunk of unpacked) {
      size += chunk.length
      if (size > entry.uncompressedSize) break
      checksum = crc32(chunk, checksum)
      yield chunk
    }
    if (size !== entry.uncompressedSize || checksum !== entry.crc32)
      throw damagedArchive(this.name, new Error(`${fileName} does not match the directory`))
  }

  close(): void {
    this.zip.close()
  }

  async *#readPacked(entry: Entry): Bytes & AsyncGenerator<Buffer> {
    try {
      const stream = await this.zip.openReadStreamPromise(entry, { decodeFileData: false })
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.#read += chunk.length
        this.onRead?.(this.#read)
        yield chunk
      }
    } catch (error) {
      throw damagedArchive(this.name, error)
    }
  }
}

function damagedArchive(name: string, error: unknown): Error {
  if (error instanceof OperatorError) return error
  const { message } = error as Error
  return new OperatorError(
    /encrypt/i.test(message)
      ? `${name} is an encrypted zip archive: unpack it with its password first`
      : `${name} is a damaged or truncated zip archive (${message.replace(/\.$/, '')}): download it again`,
    { cause: error },
  )
}
