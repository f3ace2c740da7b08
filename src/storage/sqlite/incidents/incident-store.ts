import type { FilePart, FileRequest } from '../../../incidents/incident.files.ts'
import type { Incident, IncidentDetail } from '../../../incidents/incident.schema.ts'
import type {
  IncidentFilter,
  IncidentQuery,
  IncidentStore,
  UnknownTerm,
} from '../../../incidents/incident.store.ts'
import {
  parse,
  type SerializedBytes,
  type SerializedJson,
  type SerializedSlice,
  type Slice,
  type SliceRequest,
  toText,
} from '../../../records.ts'
import { takePage } from '../../sql/keyset.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'
import type { StreamClient } from '../database/stream-client.ts'
import { DOCUMENTS_BY_KEYS } from '../records/document-sql.ts'
import { nearestIds } from '../records/nearest-ids.ts'
import { findExisting } from '../records/records-with-counts.ts'
import { incidentDetail } from './detail.ts'
import { type ContentRow, selectContent } from './export-stream.ts'
import { whereIncidents } from './filters.ts'
import { findUnknownTerms } from './full-text.ts'
import { orderingOf, parseSort } from './index-scan.ts'
import { findPage, readWholePage } from './page-query.ts'
import { TotalCache } from './total-cache.ts'

/** Incidents in SQLite. */
export class SqliteIncidentStore implements IncidentStore {
  readonly #totals: TotalCache

  constructor(
    private readonly connection: Connection,
    private readonly streams: StreamClient,
    queries: QueryClient,
  ) {
    this.#totals = new TotalCache(connection, queries)
  }

  total: IncidentStore['total'] = (filter, kind) => this.#totals.get(filter, kind)

  async list(query: IncidentQuery, request: SliceRequest): Promise<Slice<Incident>> {
    const { select, render } = selectContent(this.connection, query)
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
    const whole = readWholePage(this.connection, query, request)
    if (whole) return whole
    return this.#page(query, request, (keys) => {
      const found = this.connection.get<{ json: Buffer | null; datasets: SerializedJson<string[]> }>(
        JOINED_DOCUMENTS,
        keys,
      )
      return {
        json: found?.json ?? Buffer.alloc(0),
        datasets: found ? [...new Set(parse(found.datasets))] : [],
      }
    })
  }

  /** Reads a page of one state of the data: when that changes meanwhile, the page is read again. */
  async #page<T>(
    query: IncidentQuery,
    request: SliceRequest,
    readDocuments: (keys: string) => T,
  ): Promise<T & Pick<SerializedSlice, 'next'>> {
    const { order, isDescending } = parseSort(query.sort)
    while (true) {
      const version = this.connection.lastDataVersion
      const found = await findPage(this.connection, query, request)
      const { rows, next } = takePage(found, request.limit, orderingOf(order, isDescending), (key) => key)
      const page = { ...readDocuments(`[${rows.map((key) => key.at(-1)).join(',')}]`), next }
      if (this.connection.dataVersion() === version) return page
    }
  }

  async count(filter: IncidentFilter): Promise<number> {
    const { sql, values } = whereIncidents(filter)
    return (
      this.connection.get<{ n: number }>(`SELECT count(*) AS n FROM incidents WHERE ${sql}`, ...values)?.n ??
      0
    )
  }

  stream(query: IncidentQuery, file: FileRequest): AsyncIterable<FilePart> {
    return this.streams.read(query, file)
  }

  async get(id: string): Promise<SerializedJson<IncidentDetail> | null> {
    const found = incidentDetail(this.connection, id)
    return found && toText(found)
  }

  async getSerialized(id: string): Promise<SerializedBytes<IncidentDetail> | null> {
    return incidentDetail(this.connection, id)
  }

  async existing(ids: readonly string[]): Promise<string[]> {
    return findExisting(this.connection, 'incidents', ids)
  }

  async findUnknownTerms(words: readonly string[]): Promise<UnknownTerm[]> {
    return findUnknownTerms(this.connection, words)
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'incidents', id)
  }
}

const JOINED_DOCUMENTS = `SELECT CAST(group_concat(document, ',') AS BLOB) AS json, json_group_array(dataset) AS datasets
  FROM (SELECT document, dataset FROM ${DOCUMENTS_BY_KEYS})`
