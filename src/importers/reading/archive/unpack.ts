import { createGunzip } from 'node:zlib'
import { OperatorError } from '../../../errors.ts'
import { Archive } from './archive.ts'
import { type Bytes, peek } from '../encoding/bytes.ts'
import { dataEntry, isWorkbook } from './data-entry.ts'
import { inflate, type Origin } from './inflate.ts'
import type { Source } from '../source.ts'
import { spool } from './spool.ts'

/** What is in a file once it is unpacked: text, or an archive with a workbook. */
export type Unpacked = { text: Bytes } | { workbook: Archive }

/** Packings around the data, at most. */
const DEEPEST = 4

const GZIP = ['1f8b']
const ZIP = ['504b0304', '504b0506', '504b0708']

/**
 * Takes all packing off a file: gzip and zip, one in the other, told by their first bytes and not by names.
 * @throws OperatorError when it is empty, damaged or a bomb, or holds not exactly one data file
 */
export async function unpack(source: Source): Promise<Unpacked> {
  const { name } = source
  let origin: Origin = { name, spent: () => source.read }
  let bytes: Bytes = source.bytes()
  for (let depth = 0; depth <= DEEPEST; depth += 1) {
    const { head, bytes: all } = await peek(bytes, 4)
    const begins = (marks: readonly string[]) =>
      marks.some((mark) => head.toString('hex', 0, mark.length / 2) === mark)
    if (head.length === 0) {
      const what = depth === 0 ? 'is empty' : 'holds an empty file'
      throw new OperatorError(`${name} ${what}: give a CSV, NDJSON or XLSX file`)
    }
    if (begins(GZIP)) bytes = inflate(all, createGunzip(), origin)
    else if (begins(ZIP)) {
      const archive = await openArchive(source, all, depth === 0 ? null : origin)
      if (isWorkbook(archive)) return { workbook: archive }
      bytes = archive.bytes(dataEntry(archive))
      origin = { name, spent: () => archive.spent() }
    } else return { text: all }
  }
  throw new OperatorError(`${name} is packed more than ${DEEPEST} times over: unpack it first`)
}

/** Opens an archive where it lies, or, having come out of something else, in a temporary file. */
async function openArchive(source: Source, bytes: Bytes, outer: Origin | null): Promise<Archive> {
  const { name } = source
  let archive: Archive
  if (source.path !== null && outer === null) {
    archive = await Archive.open(source.path, { name, onRead: (read) => source.tell(read) })
  } else {
    const { path, remove } = await spool(bytes, name)
    source.closeWith(remove)
    archive = await Archive.open(path, { name, ...(outer && { outer }) })
  }
  source.closeWith(() => archive.close())
  return archive
}
