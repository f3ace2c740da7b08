import type { Incident, IncidentDetail } from '../../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore } from '../../../incidents/incident.store.ts'
import {
  type NdjsonBatch,
  parse,
  type SerializedJson,
  type SerializedSlice,
  type Slice,
  type SliceRequest,
} from '../../../records.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'
import { clausesOf } from '../database/sql-fragment.ts'
import type { StreamClient } from '../database/stream-client.ts'
import { DOCUMENTS_BY_KEYS } from '../records/document-sql.ts'
import { nearestIds } from '../records/name-search.ts'
import { findExisting } from '../records/records-with-counts.ts'
import { incidentDetail } from './detail.ts'
import { type ContentRow, contentOf } from './export-stream.ts'
import { findPage } from './page-query.ts'
import { TotalCache } from './total-cache.ts'
import { WHERE_CLAUSES } from './where-clauses.ts'

/** Incidents in SQLite. */
export class SqliteIncidentStore implements IncidentStore {
  readonly #totals: TotalCache

  constructor(
    private readonly connection: Connection,
    /** Reads streams, each on a connection of its own: it holds one state of the data until the end. */
    private readonly streams: StreamClient,
    thread: QueryClient,
  ) {
    this.#totals = new TotalCache(connection, thread)
  }

  total: IncidentStore['total'] = (filter, kind) => this.#totals.get(filter, kind)

  async list(query: IncidentQuery, request: SliceRequest): Promise<Slice<Incident>> {
    const { select, render } = contentOf(this.connection, query)
    return this.#page(query, request, (keys) => {
      const rows = this.connection.all<ContentRow & { dataset: string }>(
        `SELECT ${select}, dataset FROM ${DOCUMENTS_BY_KEYS}`,
        keys,
      )
      return {
        records: rows.map((row) => (render ? render(row) : row.document) as SerializedJson<Incident>),
        datasets: [...new Set(rows.map(({ dataset }) => dataset))],
      }
    })
  }

  async listSerialized(query: IncidentQuery, request: SliceRequest): Promise<SerializedSlice> {
    return this.#page(query, request, (keys) => {
      const found = this.connection.get<{ json: Buffer | null; datasets: SerializedJson<string[]> }>(
        RENDERED,
        keys,
      )
      return {
        json: found?.json ?? Buffer.alloc(0),
        datasets: found ? [...new Set(parse(found.datasets))] : [],
      }
    })
  }

  /** A page of one state of the data: when that changes on the way, the page is made again. */
  async #page<T>(
    { filter, sort }: IncidentQuery,
    request: SliceRequest,
    documents: (keys: string) => T,
  ): Promise<T & Pick<SerializedSlice, 'next'>> {
    while (true) {
      const state = this.connection.dataVersion()
      const found = await findPage(this.connection, filter, sort, request)
      const positions = found.slice(0, request.limit)
      const page = {
        ...documents(`[${positions.map((position) => position.at(-1)).join(',')}]`),
        next: found.length > request.limit ? (positions.at(-1) ?? null) : null,
      }
      if (this.connection.dataVersion() === state) return page
    }
  }

  async count(filter: IncidentFilter): Promise<number> {
    const { sql, values } = clausesOf(WHERE_CLAUSES, filter)
    return (
      this.connection.get<{ n: number }>(`SELECT count(*) AS n FROM incidents WHERE ${sql}`, ...values)?.n ??
      0
    )
  }

  stream(query: IncidentQuery): AsyncIterable<NdjsonBatch> {
    return this.streams.read(query)
  }

  async get(id: string): Promise<SerializedJson<IncidentDetail> | null> {
    return incidentDetail(this.connection, id)
  }

  async existing(ids: readonly string[]): Promise<string[]> {
    return findExisting(this.connection, 'incidents', ids)
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }
}

const RENDERED = `SELECT CAST(group_concat(document, ',') AS BLOB) AS json, json_group_array(dataset) AS datasets
  FROM (SELECT document, dataset FROM ${DOCUMENTS_BY_KEYS})`
