import { OperatorError } from '../errors.ts'
import type {
  ImportedIncident,
  ImportReport,
  ImportSession,
  RegisteredDataset,
  Storage,
} from '../storage/contract/storage.ts'
import { MissingValues } from './contract/missing-values.ts'
import type { PlaceReport, ReadResult, RowReader, TallyLine } from './contract/row-reader.ts'
import type { Rejection } from './contract/row-result.ts'
import type { Encoding } from './reading/encoding/encoding.ts'
import { type OpenFile, openRows } from './reading/open-rows.ts'
import type { FileRow } from './reading/rows/file-row.ts'
import { isBlank } from './reading/rows/text.ts'
import type { Input } from './reading/source.ts'
import { createReader, isKnownHeader } from './registry.ts'
import { gather } from './windows.ts'

/** A file to import, and how. */
interface ImportRequest {
  input: Input
  /** The kind of data set; recognised from the header when left out. */
  kind?: string
  /** The id of the data set in the registry; the kind's own when left out. */
  name?: string
  /** The release of the data set, as its publisher names it. */
  version?: string
  encoding?: Encoding
  /** Whole cells that stand for no value; the default ones when left out. Our own exports have none. */
  missing?: readonly string[]
  /** Whether a rejected row stops the import, or is skipped. */
  onError: 'stop' | 'skip'
  /** Remove the records that the file no longer has. */
  replace: boolean
  /** Report what would happen, and leave the database as it was. */
  dryRun: boolean
  onRejected: (rejection: Rejection) => void
  onProgress: (progress: { rows: number; bytes: number; totalBytes: number | null }) => void
}

/** The result of importing a file. */
export interface FileReport extends Omit<ImportReport, 'missing'> {
  /** Ids of the file's data sets in its countries that it does not have; null when rejected rows may have had them. */
  missing: readonly string[] | null
  file: string
  /** The data sets of its records. */
  datasets: readonly RegisteredDataset[]
  /** Rows after the header. */
  read: number
  /** Rows that are not data: blank ones, and such as a row of tags. */
  skipped: number
  rejected: number
  /** The number of cells that stand for no value, by what is written there. */
  missingValues: ReadonlyMap<string, number>
  places: PlaceReport
  /** Figures of the whole file and of what is stored; empty where nothing was compared. */
  tally: readonly TallyLine[]
  /** Whether rejected rows undid the import: any where they stop it, or if there were no others. */
  undone: boolean
  /** What else is to be said about the rows, as sentences. */
  notes: readonly string[]
  /** Whether the database was written. */
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
    const missing = new MissingValues(request.missing)
    const run = new ImportRun(readerFor(storage, file, { ...request, missing }), file.fileName, missing)
    const session = await storage.beginImport()
    try {
      for await (const { incidents, rejections } of run.read(file.rows)) {
        rejections.forEach(request.onRejected)
        if (rejections.length > 0 && request.onError === 'stop') break
        await session.put(incidents, file.header)
        request.onProgress({ rows: run.counts.read, bytes: bytes.read, totalBytes: bytes.total })
      }
      return await run.finish(session, file.sha256, request)
    } catch (error) {
      await session.abort()
      throw error
    }
  } finally {
    await file.close()
  }
}

function readerFor(storage: Storage, file: OpenFile, options: Parameters<typeof createReader>[2]): RowReader {
  try {
    return createReader(storage, file, options)
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    throw new OperatorError(`${file.fileName}: ${error.message}`, { cause: error })
  }
}

/** The import of one file: reads its rows, and counts their results. */
class ImportRun {
  readonly counts = { read: 0, skipped: 0, rejected: 0 }

  constructor(
    private readonly reader: RowReader,
    private readonly fileName: string,
    private readonly missing: MissingValues,
  ) {}

  /** Reads rows, in batches: the incidents, and the rows that are rejected. */
  async *read(
    batches: AsyncIterable<readonly FileRow[]>,
  ): AsyncGenerator<{ incidents: ImportedIncident[]; rejections: Rejection[] }> {
    for await (const rows of gather(batches)) {
      const filled = rows.filter(({ cells, error }) => error || !cells.every(isBlank))
      this.counts.read += rows.length - filled.length
      this.counts.skipped += rows.length - filled.length
      let at = 0
      for await (const results of this.reader.read(filled)) {
        yield this.#count(filled.slice(at, at + results.length), results)
        at += results.length
      }
    }
  }

  #count(rows: readonly FileRow[], results: readonly ReadResult[]) {
    const incidents: ImportedIncident[] = []
    const rejections: Rejection[] = []
    for (const [index, result] of results.entries()) {
      const { line } = rows[index] as FileRow
      if ('incident' in result) incidents.push(result.incident)
      else if ('skipped' in result) this.counts.skipped += 1
      else rejections.push({ file: this.fileName, line, errors: result.errors })
    }
    this.counts.read += rows.length
    this.counts.rejected += rejections.length
    return { incidents, rejections }
  }

  /** Finishes the import, or undoes it where the request or a rejected row demands that. */
  async finish(session: ImportSession, sha256: () => string, request: ImportRequest): Promise<FileReport> {
    const { read, skipped, rejected } = this.counts
    const undone = rejected > 0 && (request.onError === 'stop' || rejected === read - skipped)
    const references = await this.reader.references()
    const { replace, dryRun } = request
    let tally: TallyLine[] = []
    const report = undone
      ? { added: 0, updated: 0, unchanged: 0, removed: 0, linked: 0, missing: [] }
      : await session.finish({
          ...references,
          file: { name: this.fileName, sha256: sha256() },
          // A record whose row was rejected is not missing, and the id of a rejected row may be unreadable.
          replace: replace && this.counts.rejected === 0,
          verify: (stored) => {
            tally = this.reader.tally?.compare(stored, this.fileName) ?? []
          },
          dryRun,
        })
    if (undone) await session.abort()
    return {
      ...report,
      ...(this.counts.rejected > 0 && { missing: null }),
      ...this.counts,
      file: this.fileName,
      datasets: references.datasets,
      places: this.reader.places,
      missingValues: this.missing.counts,
      tally,
      notes: this.reader.notes ?? [],
      undone,
      written: !undone && !dryRun,
    }
  }
}
