import type { Claim } from '../../claims/claim.schema.ts'
import { datasetClaims } from '../../claims/dataset-claims.ts'
import type { Incident, IncidentDetail } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore, Sort } from '../../incidents/incident.store.ts'
import {
  type Json,
  parse,
  type RecordLines,
  type RenderedSlice,
  render,
  type Slice,
  type SliceRequest,
} from '../../records.ts'
import type { Connection } from './connection.ts'
import { clausesOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { incidentDetail, withProperties } from './incident-detail.ts'
import { nearestIds } from './names.ts'
import { everyDocument, everyRecord } from './record-lines.ts'
import { type Ordering, type RecordQuery, type RecordRow, renderedSlice, slice } from './slices.ts'
import type { StreamThread } from './stream-thread.ts'

const ORDERINGS: Record<Sort, Ordering> = {
  date: { columns: ['incidents.key'], descending: false },
  '-date': { columns: ['incidents.key'], descending: true },
  deaths: { columns: ['deaths_rank', 'incidents.key'], descending: false },
  '-deaths': { columns: ['deaths_rank', 'incidents.key'], descending: true },
  updated_at: { columns: ['updated_at', 'incidents.key'], descending: false },
  '-updated_at': { columns: ['updated_at', 'incidents.key'], descending: true },
}

/** Incidents in SQLite. */
export class SqliteIncidentStore implements IncidentStore {
  constructor(
    private readonly connection: Connection,
    /** Reads streams, each on a connection of its own: it holds one state of the data until the end. */
    private readonly streams: StreamThread,
  ) {}

  async list(query: IncidentQuery, request: SliceRequest): Promise<Slice<Incident>> {
    return slice<Incident, ListRow>(this.connection, this.#recordQuery(query), request)
  }

  async listRendered(query: IncidentQuery, request: SliceRequest): Promise<RenderedSlice> {
    const { where, ordering } = this.#recordQuery(query)
    return renderedSlice(this.connection, { from: 'incidents', where, ordering }, request)
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

  /** What `stream` gives, read here and now: the connection is taken until the last. */
  lines(query: IncidentQuery): Generator<RecordLines> {
    const records = this.#recordQuery(query)
    if (query.expandClaims) return everyRecord(this.connection, records)
    return everyDocument(this.connection, { ...records, from: 'incidents' })
  }

  async get(id: string): Promise<Json<IncidentDetail> | null> {
    return incidentDetail(this.connection, id)
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }

  #recordQuery({ filter, sort, expandClaims }: IncidentQuery): RecordQuery<ListRow> {
    return {
      select: `document, dataset${expandClaims ? ', claims' : ''}`,
      ...(expandClaims && {
        render: ({ document, claims }: ListRow) =>
          withProperties(document, {
            claims: claims ?? this.#datasetClaims(parse(document)),
          }),
      }),
      from: RECORDS,
      where: clausesOf(INCIDENT_CLAUSES, filter),
      ordering: ORDERINGS[sort],
    }
  }

  #datasetClaims(incident: Incident): string {
    const { dataset: id } = incident
    const name = this.connection.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name
    return render(datasetClaims(incident, { id, name: name ?? id }))
  }
}

interface ListRow extends RecordRow {
  document: Json<Incident>
  claims: Json<Claim[]> | null
}

/** Incidents with their documents. */
const RECORDS = 'incidents JOIN documents ON documents.key = incidents.document_key'
