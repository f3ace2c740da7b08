import type { Entry } from 'yauzl'
import { OperatorError } from '../../../errors.ts'
import type { Archive } from './archive.ts'

/** Names of data files, packed again or not. */
const DATA = /\.(csv|tsv|ndjson|jsonl|xlsx)(\.gz|\.zip)?$/i

/** Files that the archivers of some systems add. */
const CLUTTER = /^__MACOSX\/|(^|\/)(\.[^/]*|thumbs\.db|desktop\.ini)$/i

const MAX_LISTED = 5

/** Whether an archive is an XLSX workbook. */
export function isWorkbook(archive: Archive): boolean {
  return (
    archive.find('[Content_Types].xml') !== undefined &&
    archive.find('xl/workbook.bin') === undefined &&
    archive.entries.some(({ fileName }) => /^xl\/.*\.xml$/i.test(fileName))
  )
}

/**
 * Finds the one data file in an archive: the only one with a name of a data file, or else the only file.
 * @throws OperatorError when there is none, or several
 */
export function findDataEntry(archive: Archive): Entry {
  const { name } = archive
  const files = archive.entries.filter(({ fileName }) => !fileName.endsWith('/') && !CLUTTER.test(fileName))
  rejectOfficeDocuments(files, name)
  const named = files.filter(({ fileName }) => DATA.test(fileName))
  const candidates = named.length > 0 || files.length > 1 ? named : files
  const [entry, ...others] = candidates
  if (entry && others.length === 0) return entry
  if (entry) {
    throw new OperatorError(
      `${name} holds several data files (${formatNames(candidates)}): unpack it and give the one to import`,
    )
  }
  throw new OperatorError(
    files.length === 0
      ? `${name} is an empty zip archive: give a CSV, NDJSON or XLSX file`
      : `${name} holds no CSV, NDJSON or XLSX file, but ${formatNames(files)}`,
  )
}

function rejectOfficeDocuments(files: readonly Entry[], name: string): void {
  const has = (path: string) => files.some(({ fileName }) => fileName === path)
  if (has('xl/workbook.bin'))
    throw new OperatorError(`${name} is a binary workbook (.xlsb): save it as .xlsx or CSV`)
  if (has('content.xml') && has('META-INF/manifest.xml'))
    throw new OperatorError(`${name} is an OpenDocument file: save it as .xlsx or CSV`)
  if (has('word/document.xml'))
    throw new OperatorError(`${name} is a Word document: give a CSV, NDJSON or XLSX file`)
}

function formatNames(entries: readonly Entry[]): string {
  const names = entries.slice(0, MAX_LISTED).map(({ fileName }) => fileName)
  return entries.length > MAX_LISTED
    ? `${names.join(', ')} and ${entries.length - MAX_LISTED} more`
    : names.join(', ')
}
