import type { ImportedIncident, ImportReport, ImportSession, Storage } from '../storage/storage.ts'
import { issuesOf } from '../validation/validate.ts'
import { Completion, datasetSource } from './complete.ts'
import { Draft } from './draft.ts'
import { type CellFault, Columns, type DatasetIdentity, type Importer } from './importer.ts'
import { PlaceResolver, type ResolutionCounts } from './place-resolver.ts'
import { type FileRow, type Input, openRows } from './reading/rows.ts'
import { importerFor, isKnownHeader } from './registry.ts'

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
export interface FileReport extends ImportReport {
  file: string
  dataset: DatasetIdentity
  /** Rows after the header. */
  read: number
  /** Rows that are no records, such as a row of tags. */
  skipped: number
  rejected: number
  places: ResolutionCounts
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
    const importer = importerFor(file.header, request.kind)
    const dataset = { ...importer.dataset, id: request.name ?? importer.dataset.id }
    const reading = new Reading(storage, dataset, importer, file.header, file.fileName)
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

/** The reading of one file: from rows to incidents, every row's fate counted. */
class Reading {
  readonly counts = { read: 0, skipped: 0, rejected: 0 }
  readonly #completion: Completion
  readonly #places: PlaceResolver
  readonly #fateOf: ReturnType<Importer['reader']>
  /** The line of each id, to tell of an id that comes twice. */
  readonly #lines = new Map<string, number>()

  constructor(
    storage: Storage,
    private readonly dataset: DatasetIdentity,
    private readonly importer: Importer,
    header: readonly string[],
    private readonly fileName: string,
  ) {
    this.#completion = new Completion(dataset)
    this.#places = new PlaceResolver(storage.places, dataset.id)
    this.#fateOf = importer.reader(new Columns(header))
  }

  /** The incidents of a batch of rows, and the rows that are refused. */
  async read(rows: readonly FileRow[]): Promise<{ incidents: ImportedIncident[]; rejections: Rejection[] }> {
    const incidents: ImportedIncident[] = []
    const rejections: Rejection[] = []
    for (const row of rows) {
      this.counts.read += 1
      const outcome = await this.#outcome(row)
      if (outcome === null) this.counts.skipped += 1
      else if ('record' in outcome) incidents.push(outcome)
      else rejections.push({ file: this.fileName, line: row.line, faults: outcome })
    }
    this.counts.rejected += rejections.length
    return { incidents, rejections }
  }

  async #outcome({ line, cells, fault }: FileRow): Promise<ImportedIncident | CellFault[] | null> {
    if (fault) return [fault]
    const fate = this.#fateOf(cells)
    if ('skipped' in fate) return null
    if ('faults' in fate) return fate.faults
    const issues = issuesOf(Draft, fate.draft)
    if (issues.length > 0) {
      return issues.map(({ parameter, reason }) => ({ column: parameter, value: fate.draft.id, reason }))
    }
    const { id, where } = fate.draft
    const first = this.#lines.get(id)
    if (first !== undefined)
      return [{ column: this.importer.idColumn, value: id, reason: `occurs twice: first on line ${first}` }]
    const resolved = await this.#places.resolve(where)
    if (!resolved) {
      return [
        {
          column: 'country',
          value: where.country,
          reason: 'must be a country of ISO 3166-1, by code or name',
        },
      ]
    }
    this.#lines.set(id, line)
    const completed = this.#completion.complete(fate.draft, resolved.place)
    return { ...completed, claims: null, places: resolved.created, original: cells }
  }

  /** Finishes the import, or leaves the database as it was where the request or a refused row wants it so. */
  async end(session: ImportSession, sha256: () => string, request: ImportRequest): Promise<FileReport> {
    const stopped = this.counts.rejected > 0 && request.onError === 'stop'
    const report = stopped
      ? { added: 0, updated: 0, unchanged: 0, removed: 0, missing: [] }
      : await session.finish({
          datasets: [{ ...this.dataset, version: request.version ?? null }],
          file: { name: this.fileName, sha256: sha256(), rows: this.#lines.size },
          sources: [datasetSource(this.dataset)],
          actors: this.#completion.actors,
          replace: request.replace,
          dryRun: request.dryRun,
        })
    if (stopped) await session.abort()
    return {
      ...report,
      ...this.counts,
      file: this.fileName,
      dataset: this.dataset,
      places: this.#places.counts,
      written: !stopped && !request.dryRun,
    }
  }
}
