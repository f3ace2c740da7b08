import { createGunzip } from 'node:zlib'
import { OperatorError } from '../../../errors.ts'
import { type Bytes, peek } from '../encoding/bytes.ts'
import { Archive } from './archive.ts'
import { findDataEntry, isWorkbook } from './data-entry.ts'
import { inflate, type Origin } from './inflate.ts'
import { spoolToFile } from './spool.ts'

/** A file that may be packed. */
export interface PackedFile {
  /** The file, as messages name it. */
  readonly name: string
  /** Where it can be read at any position; null for a pipe. */
  readonly path: string | null
  /** The number of its bytes read so far. */
  readonly read: number
  bytes(): Bytes
  /** Reports progress, in bytes of this file. */
  reportProgress(read: number): void
  /** Adds something to close together with the file. */
  onClose(close: () => unknown): void
}

/** The content of an unpacked file: text, or an archive that is a workbook. */
type Unpacked = { text: Bytes } | { workbook: Archive }

/** Archives inside one another. */
const MAX_DEPTH = 4

const GZIP = ['1f8b']
const ZIP = ['504b0304', '504b0506', '504b0708']

/**
 * Unpacks a file: gzip and zip, also inside one another, recognised by their first bytes and not by names.
 * @throws OperatorError when it is empty, damaged or a bomb, or holds no data file or several
 */
export async function unpack(file: PackedFile): Promise<Unpacked> {
  const { name } = file
  let origin: Origin = { name, spent: () => file.read }
  let bytes: Bytes = file.bytes()
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    const { head, bytes: all } = await peek(bytes, 4)
    const begins = (marks: readonly string[]) =>
      marks.some((mark) => head.toString('hex', 0, mark.length / 2) === mark)
    if (head.length === 0) {
      const what = depth === 0 ? 'is empty' : 'holds an empty file'
      throw new OperatorError(`${name} ${what}: give a CSV, NDJSON or XLSX file`)
    }
    if (begins(GZIP)) bytes = inflate(all, createGunzip(), origin)
    else if (begins(ZIP)) {
      const archive = await openArchive(file, all, depth === 0 ? null : origin)
      if (isWorkbook(archive)) return { workbook: archive }
      bytes = archive.bytes(findDataEntry(archive))
      origin = { name, spent: () => archive.spent() }
    } else return { text: all }
  }
  throw new OperatorError(`${name} is packed more than ${MAX_DEPTH} times over: unpack it first`)
}

/** Opens an archive in place, or, where it was unpacked from another or comes from a pipe, in a temporary file. */
async function openArchive(file: PackedFile, bytes: Bytes, outer: Origin | null): Promise<Archive> {
  const { name } = file
  let archive: Archive
  if (file.path !== null && outer === null) {
    archive = await Archive.open(file.path, { name, onRead: (read) => file.reportProgress(read) })
  } else {
    const { path, remove } = await spoolToFile(bytes, name)
    file.onClose(remove)
    archive = await Archive.open(path, { name, ...(outer && { outer }) })
  }
  file.onClose(() => archive.close())
  return archive
}
