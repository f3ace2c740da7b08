import { crc32, createInflateRaw } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { OperatorError } from '../../../errors.ts'
import type { Bytes } from '../encoding/bytes.ts'
import { inflate, type Origin } from './inflate.ts'

const STORED = 0
const DEFLATED = 8

/** Files in an archive that are looked at, at most. */
const MOST_ENTRIES = 10_000

/** A zip archive, read by its directory and not by what stands in between. */
export class Archive {
  #read = 0

  private constructor(
    /** The archive, as messages name it. */
    readonly name: string,
    readonly entries: readonly Entry[],
    private readonly zip: ZipFile,
    /** What the archive itself was unpacked from; it is a file as it was given where left out. */
    private readonly outer: Origin | undefined,
    private readonly onRead: ((read: number) => void) | undefined,
  ) {}

  /** @throws OperatorError when the archive is damaged */
  static async open(
    path: string,
    { name, outer, onRead }: { name: string; outer?: Origin; onRead?: (read: number) => void },
  ): Promise<Archive> {
    const zip = await openPromise(path, { autoClose: false }).catch((error) => {
      throw damaged(name, error)
    })
    const entries: Entry[] = []
    try {
      for await (const entry of zip.eachEntry()) {
        entries.push(entry)
        if (entries.length > MOST_ENTRIES)
          throw new OperatorError(`${name} holds over ${MOST_ENTRIES} files: give the one with the data`)
      }
    } catch (error) {
      zip.close()
      throw damaged(name, error)
    }
    return new Archive(name, entries, zip, outer, onRead)
  }

  /** The entry of a path, in whatever case. */
  find(path: string): Entry | undefined {
    const wanted = path.toLowerCase()
    return this.entries.find(({ fileName }) => fileName.toLowerCase() === wanted)
  }

  /** Bytes of the archive, and of what it was unpacked from, that were used so far. */
  spent(): number {
    return Math.min(this.#read, this.outer?.spent() ?? this.#read)
  }

  /**
   * The bytes of an entry, held against what the directory says of them.
   * @throws OperatorError when they are damaged, or packed in a way that is not read here
   */
  async *bytes(entry: Entry): AsyncGenerator<Buffer> {
    const { fileName, compressionMethod } = entry
    if (entry.isEncrypted())
      throw new OperatorError(`${fileName} in ${this.name} is encrypted: unpack it with its password first`)
    if (compressionMethod !== STORED && compressionMethod !== DEFLATED) {
      throw new OperatorError(
        `${fileName} in ${this.name} is packed by method ${compressionMethod}, which is not read here: unpack it first`,
      )
    }
    const packed = this.#packed(entry)
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
      throw damaged(this.name, new Error(`${fileName} is not what the directory says`))
  }

  close(): void {
    this.zip.close()
  }

  async *#packed(entry: Entry): Bytes & AsyncGenerator<Buffer> {
    try {
      const stream = await this.zip.openReadStreamPromise(entry, { decodeFileData: false })
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.#read += chunk.length
        this.onRead?.(this.#read)
        yield chunk
      }
    } catch (error) {
      throw damaged(this.name, error)
    }
  }
}

function damaged(name: string, error: unknown): Error {
  if (error instanceof OperatorError) return error
  const { message } = error as Error
  return new OperatorError(
    /encrypt/i.test(message)
      ? `${name} is an encrypted zip archive: unpack it with its password first`
      : `${name} is a damaged or truncated zip archive (${message.replace(/\.$/, '')}): get it again`,
    { cause: error },
  )
}
