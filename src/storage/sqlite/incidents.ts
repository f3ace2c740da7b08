import { setImmediate } from 'node:timers/promises'
import type { Claim } from '../../claims/claim.schema.ts'
import { datasetClaims } from '../../claims/dataset-claims.ts'
import type { Incident, IncidentDetail } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore, Sort } from '../../incidents/incident.store.ts'
import { type Json, parse, type RenderedSlice, render, type Slice, type SliceRequest } from '../../records.ts'
import type { Connection } from './connection.ts'
import { clausesOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { incidentDetail, withProperties } from './incident-detail.ts'
import { nearestIds } from './names.ts'
import { every, type Ordering, type RecordQuery, type RecordRow, renderedSlice, slice } from './slices.ts'

const ORDERINGS: Record<Sort, Ordering> = {
  date: { columns: ['incidents.key'], descending: false },
  '-date': { columns: ['incidents.key'], descending: true },
  deaths: { columns: ['deaths_rank', 'incidents.key'], descending: false },
  '-deaths': { columns: ['deaths_rank', 'incidents.key'], descending: true },
  updated_at: { columns: ['updated_at', 'incidents.key'], descending: false },
  '-updated_at': { columns: ['updated_at', 'incidents.key'], descending: true },
}

/** A stream gives way to other requests after so many records. */
const BATCH = 200

/** Incidents in SQLite. */
export class SqliteIncidentStore implements IncidentStore {
  constructor(
    private readonly connection: Connection,
    /** Opens a connection of its own for a stream: it holds one state of the data until the end. */
    private readonly connect: () => Connection,
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

  async *stream(query: IncidentQuery): AsyncGenerator<Json<Incident>[]> {
    const connection = this.connect()
    try {
      let batch: Json<Incident>[] = []
      for (const record of every<Incident, ListRow>(connection, this.#recordQuery(query))) {
        batch.push(record)
        if (batch.length < BATCH) continue
        yield batch
        batch = []
        await setImmediate()
      }
      yield batch
    } finally {
      connection.close()
    }
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
