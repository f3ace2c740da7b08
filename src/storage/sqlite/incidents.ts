import { setImmediate } from 'node:timers/promises'
import type { Claim } from '../../claims/claim.schema.ts'
import { datasetClaims } from '../../claims/dataset-claims.ts'
import { linkOf } from '../../incidents/incident.parts.ts'
import type { Incident, IncidentDetail } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore, Sort } from '../../incidents/incident.store.ts'
import { type Json, parse, render, type Slice, type SliceRequest } from '../../records.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import type { Connection, SqlValue } from './connection.ts'
import { clausesOf, oneOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { nearestIds } from './names.ts'
import { every, type Ordering, type RecordQuery, type RecordRow, slice } from './slices.ts'

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
    const found = this.connection.get<DetailRow>(
      `SELECT document, claims, dataset, columns, cells FROM ${RECORDS}
       LEFT JOIN originals USING (document_key) LEFT JOIN headers ON headers.key = header_key
       WHERE incidents.id = ?`,
      id,
    )
    if (!found) return null
    const incident = parse(found.document)
    const claims = found.claims ? parse(found.claims) : this.#datasetClaims(incident)
    const sourceIds = oneOf('id', [
      ...new Set([...incident.source_ids, ...claims.map(({ source_id }) => source_id)]),
    ])
    const tollIds = oneOf('id', incident.part_of)
    const documents = <T>(sql: string, ...values: readonly SqlValue[]) =>
      this.connection.all<{ document: Json<T> }>(sql, ...values).map(({ document }) => parse(document))
    return render<IncidentDetail>({
      ...incident,
      claims,
      sources: documents<SourceRecord>(
        `SELECT document FROM sources WHERE ${sourceIds.sql} ORDER BY key`,
        ...sourceIds.values,
      ),
      original: originalOf(found),
      parts: documents<Incident>(
        `SELECT document FROM ${RECORDS} JOIN parts ON incident_key = incidents.key
         WHERE whole_id = ? ORDER BY incident_key`,
        id,
      ).map(linkOf),
      tolls: documents<TollRecord>(
        `SELECT document FROM tolls WHERE ${tollIds.sql} ORDER BY key`,
        ...tollIds.values,
      ).map(linkOf),
    })
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }

  #recordQuery({ filter, sort, expandClaims }: IncidentQuery): RecordQuery<ListRow> {
    return {
      select: `document, dataset${expandClaims ? ', claims' : ''}`,
      ...(expandClaims && {
        render: ({ document, claims }: ListRow) =>
          // The document is an object with properties: its last character closes it.
          `${document.slice(0, -1)},"claims":${claims ?? render(this.#datasetClaims(parse(document)))}}`,
      }),
      from: RECORDS,
      where: clausesOf(INCIDENT_CLAUSES, filter),
      ordering: ORDERINGS[sort],
    }
  }

  #datasetClaims(incident: Incident): Claim[] {
    const row = this.connection.get<{ id: string; name: string }>(
      `SELECT id, document ->> '$.name' AS name FROM datasets WHERE id = ?`,
      incident.dataset,
    )
    return row ? datasetClaims(incident, row) : []
  }
}

interface ListRow extends RecordRow {
  document: Json<Incident>
  claims: Json<Claim[]> | null
}

/** Incidents with their documents. */
const RECORDS = 'incidents JOIN documents ON documents.key = incidents.document_key'

interface DetailRow {
  document: Json<Incident>
  claims: Json<Claim[]> | null
  dataset: string
  columns: Json<string[]> | null
  cells: Json<string[]> | null
}

function originalOf({ columns, cells }: DetailRow): Record<string, string> | null {
  if (columns === null || cells === null) return null
  const values = parse(cells)
  return Object.fromEntries(parse(columns).map((column, index) => [column, values[index] ?? '']))
}
