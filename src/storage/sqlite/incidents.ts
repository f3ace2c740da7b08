import type { Incident, IncidentDetail } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore } from '../../incidents/incident.store.ts'
import type { Json, RecordLines, RenderedSlice, Slice, SliceRequest } from '../../records.ts'
import type { Connection } from './connection.ts'
import { WANTED_DOCUMENTS } from './documents.ts'
import { clausesOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { incidentDetail } from './incident-detail.ts'
import { type ContentRow, contentOf } from './incident-lines.ts'
import { type FoundRow, pageRows } from './incident-pages.ts'
import { nearestIds } from './names.ts'
import type { QueryThread } from './query-thread.ts'
import type { StreamThread } from './stream-thread.ts'
import { Totals } from './totals.ts'

/** Incidents in SQLite. */
export class SqliteIncidentStore implements IncidentStore {
  readonly #totals: Totals

  constructor(
    private readonly connection: Connection,
    /** Reads streams, each on a connection of its own: it holds one state of the data until the end. */
    private readonly streams: StreamThread,
    thread: QueryThread,
  ) {
    this.#totals = new Totals(connection, thread)
  }

  total: IncidentStore['total'] = (filter, kind) => this.#totals.of(filter, kind)

  async list(query: IncidentQuery, request: SliceRequest): Promise<Slice<Incident>> {
    const { select, render } = contentOf(this.connection, query)
    return this.#page(query, request, (rows) => ({
      records: this.connection
        .all<ContentRow>(`SELECT ${select} FROM ${WANTED_DOCUMENTS}`, documentKeys(rows))
        .map((row) => (render ? render(row) : row.document) as Json<Incident>),
    }))
  }

  async listRendered(query: IncidentQuery, request: SliceRequest): Promise<RenderedSlice> {
    return this.#page(query, request, (rows) => ({
      json:
        this.connection.get<{ json: Buffer | null }>(
          `SELECT CAST(group_concat(document, ',') AS BLOB) AS json FROM (SELECT document FROM ${WANTED_DOCUMENTS})`,
          documentKeys(rows),
        )?.json ?? Buffer.alloc(0),
    }))
  }

  /** A page of one state of the data: when that changes on the way, the page is made again. */
  async #page<T>(
    { filter, sort }: IncidentQuery,
    request: SliceRequest,
    documents: (rows: readonly FoundRow[]) => T,
  ): Promise<T & Omit<RenderedSlice, 'json'>> {
    while (true) {
      const state = this.connection.state()
      const found = await pageRows(this.connection, filter, sort, request)
      const rows = found.slice(0, request.limit)
      const page = {
        ...documents(rows),
        datasets: [...new Set(rows.map(({ dataset }) => dataset))],
        next: found.length > request.limit ? (rows.at(-1)?.position ?? null) : null,
      }
      if (this.connection.state() === state) return page
    }
  }

  async count(filter: IncidentFilter): Promise<number> {
    const { sql, values } = clausesOf(INCIDENT_CLAUSES, filter)
    return (
      this.connection.get<{ n: number }>(`SELECT count(*) AS n FROM incidents WHERE ${sql}`, ...values)?.n ??
      0
    )
  }

  stream(query: IncidentQuery): AsyncIterable<RecordLines> {
    return this.streams.read(query)
  }

  async get(id: string): Promise<Json<IncidentDetail> | null> {
    return incidentDetail(this.connection, id)
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }
}

function documentKeys(rows: readonly FoundRow[]): string {
  return `[${rows.map(({ document_key }) => document_key).join(',')}]`
}
