import { setImmediate } from 'node:timers/promises'
import type { Claim } from '../../claims/claim.schema.ts'
import { datasetClaims, datasetSourceId } from '../../claims/dataset-claims.ts'
import { linkOf } from '../../incidents/incident.parts.ts'
import type { Incident, IncidentDetail, RecordLink } from '../../incidents/incident.schema.ts'
import type { IncidentFilter, IncidentQuery, IncidentStore, Sort } from '../../incidents/incident.store.ts'
import { type Json, parse, type RenderedSlice, render, type Slice, type SliceRequest } from '../../records.ts'
import type { Connection } from './connection.ts'
import { clausesOf, oneOf } from './fragment.ts'
import { INCIDENT_CLAUSES } from './incident-clauses.ts'
import { type FoundRow, pageRows } from './incident-pages.ts'
import { nearestIds } from './names.ts'
import type { QueryThread } from './query-thread.ts'
import { every, type Ordering, type RecordQuery, type RecordRow } from './slices.ts'
import { Totals } from './totals.ts'

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
  readonly #totals: Totals

  constructor(
    private readonly connection: Connection,
    /** Opens a connection of its own for a stream: it holds one state of the data until the end. */
    private readonly connect: () => Connection,
    thread: QueryThread,
  ) {
    this.#totals = new Totals(connection, thread)
  }

  total: IncidentStore['total'] = (filter, kind) => this.#totals.of(filter, kind)

  async list(query: IncidentQuery, request: SliceRequest): Promise<Slice<Incident>> {
    const { render } = this.#recordQuery(query)
    return this.#page(query, request, (rows) => ({
      records: this.connection
        .all<ListRow>(
          `SELECT document${query.expandClaims ? ', claims' : ''} FROM ${WANTED}`,
          documentKeys(rows),
        )
        .map((row) => (render ? render(row) : row.document) as Json<Incident>),
    }))
  }

  async listRendered(query: IncidentQuery, request: SliceRequest): Promise<RenderedSlice> {
    return this.#page(query, request, (rows) => ({
      json:
        this.connection.get<{ json: Buffer | null }>(
          `SELECT CAST(group_concat(document, ',') AS BLOB) AS json FROM (SELECT document FROM ${WANTED})`,
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
    const found = this.connection.get<DetailRow>(DETAIL, id)
    if (!found) return null
    const incident = parse(found.document)
    const claims = found.claims ?? render(this.#datasetClaims(incident))
    const sourceIds = found.claims
      ? parse(found.claims).map(({ source_id }) => source_id)
      : [datasetSourceId(found.dataset)]
    // Records are put together as they were rendered: parsing them took most of the time of an answer.
    return withProperties(found.document, {
      claims,
      sources: this.#sources([...incident.source_ids, ...sourceIds]),
      original: originalOf(found),
      parts: incident.kind === 'group' ? this.#links(PARTS, [id]) : NONE,
      tolls: incident.part_of.length > 0 ? this.#links(tollsOf(incident.part_of), incident.part_of) : NONE,
    }) as Json<IncidentDetail>
  }

  #sources(ids: readonly string[]): string {
    const { sql, values } = oneOf('id', [...new Set(ids)])
    const rows = this.connection.all<{ document: string }>(
      `SELECT document FROM sources WHERE ${sql} ORDER BY key`,
      ...values,
    )
    return `[${rows.map(({ document }) => document).join(',')}]`
  }

  /** The records of a query, in short. */
  #links(sql: string, values: readonly string[]): string {
    const rows = this.connection.all<{ document: Json<RecordLink> }>(sql, ...values)
    return render(rows.map(({ document }) => linkOf(parse(document))))
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
            claims: claims ?? render(this.#datasetClaims(parse(document))),
          }),
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

/** Documents by a JSON array of their keys. The cross join keeps the order of the keys. */
const WANTED = 'json_each(?) AS wanted CROSS JOIN documents ON documents.key = wanted.value'

function documentKeys(rows: readonly FoundRow[]): string {
  return `[${rows.map(({ document_key }) => document_key).join(',')}]`
}

interface DetailRow {
  document: Json<Incident>
  claims: Json<Claim[]> | null
  dataset: string
  columns: Json<string[]> | null
  cells: Json<string[]> | null
}

const DETAIL = `SELECT document, claims, dataset, columns, cells FROM ${RECORDS}
  LEFT JOIN originals USING (document_key) LEFT JOIN headers ON headers.key = header_key
  WHERE incidents.id = ?`

const PARTS = `SELECT document FROM ${RECORDS} JOIN parts ON incident_key = incidents.key
  WHERE whole_id = ? ORDER BY incident_key`

function tollsOf(ids: readonly string[]): string {
  return `SELECT document FROM tolls WHERE ${oneOf('id', ids).sql} ORDER BY key`
}

const NONE = '[]'

/** A rendered object with more properties, which are rendered too. */
function withProperties(document: string, properties: Readonly<Record<string, string>>): string {
  // The document is an object with properties: its last character closes it.
  let text = document.slice(0, -1)
  for (const [name, value] of Object.entries(properties)) text += `,"${name}":${value}`
  return `${text}}`
}

/** The row that a record was made of, as a JSON object. */
function originalOf({ columns, cells }: DetailRow): string {
  if (columns === null || cells === null) return 'null'
  const names = namesIn(columns)
  const values = cells.slice(2, -2).split('","')
  // Cells are put under their names as they were rendered, unless one of them holds what parts them.
  if (!cells.includes('\\"') && values.length === names.length)
    return `{${names.map((name, index) => `${name}:"${values[index]}"`).join(',')}}`
  const texts = parse(cells)
  return render(Object.fromEntries(parse(columns).map((column, index) => [column, texts[index] ?? ''])))
}

/** The different names of each header, rendered: there are few headers. */
const NAMES = new Map<string, string[]>()

function namesIn(columns: Json<string[]>): string[] {
  const known = NAMES.get(columns)
  if (known) return known
  const names = [...new Set(parse(columns))].map((name) => JSON.stringify(name))
  NAMES.set(columns, names)
  return names
}
