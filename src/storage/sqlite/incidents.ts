import { setImmediate } from 'node:timers/promises'
import type { Claim } from '../../claims/claim.schema.ts'
import { linkOf } from '../../incidents/incident.parts.ts'
import type { Incident, IncidentDetail } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore, Sort } from '../../incidents/incident.store.ts'
import { type Json, parse, render, type Slice, type SliceRequest } from '../../records.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { TollRecord } from '../../tolls/toll.schema.ts'
import type { Connection } from './connection.ts'
import { clausesOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { nearestIds } from './names.ts'
import { every, type Ordering, type RecordQuery, slice } from './slices.ts'

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
    return slice(this.connection, recordQuery(query), request)
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
      for (const record of every<Incident>(connection, recordQuery(query))) {
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
    const found = this.connection.get<{ key: number; document: Json<Incident>; claims: Json<Claim[]> }>(
      'SELECT key, document, claims FROM incidents WHERE id = ?',
      id,
    )
    if (!found) return null
    const documents = <T>(sql: string, ...values: (string | number)[]) =>
      this.connection.all<{ document: Json<T> }>(sql, ...values).map(({ document }) => parse(document))
    return render<IncidentDetail>({
      ...parse(found.document),
      claims: parse(found.claims),
      sources: documents<SourceRecord>(
        // Where the incident's sources are, and where its claims are made.
        `SELECT document FROM sources WHERE id IN (
           SELECT source_id FROM incident_sources WHERE incident_key = ?
           UNION SELECT value ->> '$.source_id' FROM incidents, json_each(claims) WHERE incidents.key = ?)
         ORDER BY key`,
        found.key,
        found.key,
      ),
      original: this.#original(found.key),
      parts: documents<Incident>(
        `SELECT document FROM incidents JOIN parts ON incident_key = incidents.key
         WHERE whole_id = ? ORDER BY incidents.key`,
        id,
      ).map(linkOf),
      tolls: documents<TollRecord>(
        `SELECT document FROM tolls JOIN parts ON whole_id = tolls.id
         WHERE incident_key = ? ORDER BY tolls.key`,
        found.key,
      ).map(linkOf),
    })
  }

  #original(key: number): Record<string, string> | null {
    const row = this.connection.get<{ columns: Json<string[]>; cells: Json<string[]> }>(
      'SELECT columns, cells FROM originals JOIN headers ON headers.key = header_key WHERE incident_key = ?',
      key,
    )
    if (!row) return null
    const cells = parse(row.cells)
    return Object.fromEntries(parse(row.columns).map((column, index) => [column, cells[index] ?? '']))
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }
}

function recordQuery({ filter, sort, expandClaims }: IncidentQuery): RecordQuery {
  return {
    document: expandClaims ? `json_set(document, '$.claims', json(claims))` : 'document',
    from: 'incidents',
    where: clausesOf(INCIDENT_CLAUSES, filter),
    ordering: ORDERINGS[sort],
  }
}
