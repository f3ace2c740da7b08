import { OperatorError } from '../errors.ts'
import type {
  ImportedIncident,
  ImportReport,
  ImportSession,
  RegisteredDataset,
  Storage,
} from '../storage/contract/storage.ts'
import type { CellFault } from './contract/importer.ts'
import { type FileRow, type Input, type OpenFile, openRows } from './reading/open-rows.ts'
import { isKnownHeader, readerOf } from './registry.ts'
import type { ResolutionCounts, RowReader } from './contract/row-reader.ts'

/** What to import, and how. */
export interface ImportRequest {
  input: Input
  /** The kind of data set, where the header is not to decide. */
  kind?: string
  /** The id of the data set in the registry; the kind's own when left out. */
  name?: string
  /** The release of the data set, as its publisher names it. */
  version?: string
  encoding?: 'utf-8' | 'windows-1252' | 'iso-8859-1'
  /** Go on without the rows that are wrong, or leave the database as it was. */
  onError: 'stop' | 'skip'
  /** Remove the records that the file no longer has. */
  replace: boolean
  /** Say what would happen, and leave the database as it was. */
  dryRun: boolean
  onRejected: (rejection: Rejection) => void
  onProgress: (progress: { rows: number; bytes: number; totalBytes: number | null }) => void
}

/** A row that was refused, with everything that is wrong with it. */
export interface Rejection {
  file: string
  /** The line on which the row begins, the header being line 1. */
  line: number
  faults: CellFault[]
}

/** What became of every row of a file. */
export interface FileReport extends Omit<ImportReport, 'missing'> {
  /** Ids of the file's data sets in its countries that it does not have; null when refused rows may have had them. */
  missing: readonly string[] | null
  file: string
  /** The data sets of its records. */
  datasets: readonly RegisteredDataset[]
  /** Rows after the header. */
  read: number
  /** Rows that are no records, such as a row of tags. */
  skipped: number
  rejected: number
  places: Readonly<ResolutionCounts>
  /** Whether the database holds it now. */
  written: boolean
}

/**
 * Imports one file, all or nothing.
 * @throws OperatorError when the file cannot be read or is of no known kind
 */
export async function importFile(storage: Storage, request: ImportRequest): Promise<FileReport> {
  let bytes = { read: 0, total: null as number | null }
  const file = await openRows(request.input, {
    ...(request.encoding && { encoding: request.encoding }),
    isHeader: isKnownHeader,
    onBytes: (read, total) => {
      bytes = { read, total }
    },
  })
  try {
    const reading = new Reading(readerFor(storage, file, request), file.fileName)
    const session = await storage.beginImport()
    try {
      for await (const rows of file.rows) {
        const { incidents, rejections } = await reading.read(rows)
        rejections.forEach(request.onRejected)
        if (rejections.length > 0 && request.onError === 'stop') break
        await session.put(incidents, file.header)
        request.onProgress({ rows: reading.counts.read, bytes: bytes.read, totalBytes: bytes.total })
      }
      return await reading.end(session, file.sha256, request)
    } catch (error) {
      await session.abort()
      throw error
    }
  } finally {
    await file.close()
  }
}

function readerFor(storage: Storage, file: OpenFile, request: ImportRequest): RowReader {
  try {
    return readerOf(storage, file, request)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new OperatorError(`${file.fileName}: ${error.message}`, { cause: error })
  }
}

/** The reading of one file: from rows to incidents, every row's fate counted. */
class Reading {
  readonly counts = { read: 0, skipped: 0, rejected: 0 }

  constructor(
    private readonly reader: RowReader,
    private readonly fileName: string,
  ) {}

  /** The incidents of a batch of rows, and the rows that are refused. */
  async read(rows: readonly FileRow[]): Promise<{ incidents: ImportedIncident[]; rejections: Rejection[] }> {
    const incidents: ImportedIncident[] = []
    const rejections: Rejection[] = []
    for (const row of rows) {
      const outcome = await this.reader.read(row)
      if ('incident' in outcome) incidents.push(outcome.incident)
      else if ('skipped' in outcome) this.counts.skipped += 1
      else rejections.push({ file: this.fileName, line: row.line, faults: outcome.faults })
    }
    this.counts.read += rows.length
    this.counts.rejected += rejections.length
    return { incidents, rejections }
  }

  /** Finishes the import, or leaves the database as it was where the request or a refused row wants it so. */
  async end(session: ImportSession, sha256: () => string, request: ImportRequest): Promise<FileReport> {
    const isStopped = this.counts.rejected > 0 && request.onError === 'stop'
    const references = await this.reader.references()
    const { replace, dryRun } = request
    const report = isStopped
      ? { added: 0, updated: 0, unchanged: 0, removed: 0, linked: 0, missing: [] }
      : await session.finish({
          ...references,
          file: { name: this.fileName, sha256: sha256() },
          // A record whose row was refused is not missing, and refused rows do not always tell their ids.
          replace: replace && this.counts.rejected === 0,
          dryRun,
        })
    if (isStopped) await session.abort()
    return {
      ...report,
      ...(this.counts.rejected > 0 && { missing: null }),
      ...this.counts,
      file: this.fileName,
      datasets: references.datasets,
      places: this.reader.places,
      written: !isStopped && !dryRun,
    }
  }
}
