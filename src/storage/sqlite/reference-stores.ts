import type { Actor } from '../../actors/actor.schema.ts'
import type { ActorFilter, ActorStore } from '../../actors/actor.store.ts'
import type { Dataset, DatasetCitation } from '../../datasets/dataset.schema.ts'
import type { DatasetStore } from '../../datasets/dataset.store.ts'
import type { EventType } from '../../event-types/event-type.schema.ts'
import type { EventTypeStore } from '../../event-types/event-type.store.ts'
import type { Place, PlaceKind } from '../../places/place.schema.ts'
import type { PlaceFilter, PlaceScope, PlaceStore } from '../../places/place.store.ts'
import type { Json, Slice, SliceRequest } from '../../records.ts'
import type { Source } from '../../sources/source.schema.ts'
import type { SourceFilter, SourceStore } from '../../sources/source.store.ts'
import type { Connection, SqlValue } from './connection.ts'
import { allOf, clausesOf, type Fragment, oneOf } from './fragment.ts'
import { keysMeant, keysNamed, type NamedTable, namesNear } from './names.ts'
import { slice } from './slices.ts'

/** Adds the number of incidents to a record's JSON. */
const withIncidents = (count: string) => `json_set(document, '$.incidents', (${count}))`

/** SQL that renders a row with its number of incidents. */
const DOCUMENTS: Record<NamedTable, string> = {
  places: withIncidents(`SELECT count(*) FROM incidents WHERE CASE places.kind
    WHEN 'country' THEN incidents.country_id WHEN 'admin1' THEN incidents.admin1_id
    WHEN 'city' THEN incidents.city_id ELSE incidents.district_id END = places.id`),
  actors: withIncidents(
    'SELECT count(DISTINCT incident_key) FROM incident_actors WHERE incident_actors.actor_id = actors.id',
  ),
  sources: withIncidents(
    'SELECT count(*) FROM incident_sources WHERE incident_sources.source_id = sources.id',
  ),
}

const EVERYTHING = allOf([])

/** Records by id; under `q` the likeliest first, which is an order of positions in the list of those found. */
function listNamed<T>(
  connection: Connection,
  table: NamedTable,
  q: string | undefined,
  where: Fragment,
  request: SliceRequest,
): Slice<T> {
  if (q === undefined) {
    const ordering = { columns: [`${table}.id`], descending: false }
    return slice(connection, { document: DOCUMENTS[table], from: table, where, ordering }, request)
  }
  const keys = keysMeant(connection, table, q, where)
  const start = Number(request.after?.[0] ?? 0)
  const end = start + request.limit
  const rows = keys.slice(start, end).map((key) => rowNamed<T>(connection, table, 'key', key) as NamedRow<T>)
  return {
    records: rows.map(({ document }) => document),
    next: end < keys.length ? [end] : null,
    datasets: [...new Set(rows.map(({ dataset }) => dataset))],
  }
}

interface NamedRow<T> {
  document: Json<T>
  dataset: string
}

function rowNamed<T>(connection: Connection, table: NamedTable, column: 'key' | 'id', value: SqlValue) {
  const sql = `SELECT ${DOCUMENTS[table]} AS document, dataset FROM ${table} WHERE ${table}.${column} = ?`
  return connection.get<NamedRow<T>>(sql, value)
}

function getNamed<T>(connection: Connection, table: NamedTable, id: string): Json<T> | null {
  return rowNamed<T>(connection, table, 'id', id)?.document ?? null
}

function idsNamed(connection: Connection, table: 'actors' | 'sources', name: string): string[] {
  const known = connection.get<{ id: string }>(`SELECT id FROM ${table} WHERE id = ?`, name)
  if (known) return [known.id]
  const { sql, values } = oneOf('key', keysNamed(connection, table, name))
  return connection
    .all<{ id: string }>(`SELECT id FROM ${table} WHERE ${sql} ORDER BY id`, ...values)
    .map(({ id }) => id)
}

/** The gazetteer in SQLite. */
export class SqlitePlaceStore implements PlaceStore {
  constructor(private readonly connection: Connection) {}

  async list({ q, ...filter }: PlaceFilter, request: SliceRequest): Promise<Slice<Place>> {
    const where = clausesOf<Omit<PlaceFilter, 'q'>>(
      {
        kind: (kinds) => oneOf('places.kind', kinds),
        country: (scopes) =>
          oneOf(
            'places.country_id',
            scopes.map(({ id }) => id),
          ),
      },
      filter,
    )
    return listNamed(this.connection, 'places', q, where, request)
  }

  async get(id: string): Promise<Json<Place> | null> {
    return getNamed(this.connection, 'places', id)
  }

  async named(name: string, kinds: readonly PlaceKind[]): Promise<PlaceScope[]> {
    const { sql, values } = allOf([
      oneOf('key', keysNamed(this.connection, 'places', name)),
      oneOf('kind', kinds),
    ])
    return this.connection.all(`SELECT kind, id FROM places WHERE ${sql} ORDER BY id`, ...values)
  }

  async near(name: string, kinds: readonly PlaceKind[], limit?: number): Promise<string[]> {
    return namesNear(this.connection, 'places', name, oneOf('places.kind', kinds), limit)
  }
}

/** Actors in SQLite. */
export class SqliteActorStore implements ActorStore {
  constructor(private readonly connection: Connection) {}

  async list({ q, ...filter }: ActorFilter, request: SliceRequest): Promise<Slice<Actor>> {
    const where = clausesOf<Omit<ActorFilter, 'q'>>({ kind: (kinds) => oneOf('actors.kind', kinds) }, filter)
    return listNamed(this.connection, 'actors', q, where, request)
  }

  async get(id: string): Promise<Json<Actor> | null> {
    return getNamed(this.connection, 'actors', id)
  }

  async named(name: string): Promise<string[]> {
    return idsNamed(this.connection, 'actors', name)
  }

  async near(name: string, limit?: number): Promise<string[]> {
    return namesNear(this.connection, 'actors', name, EVERYTHING, limit)
  }
}

/** Sources in SQLite. */
export class SqliteSourceStore implements SourceStore {
  constructor(private readonly connection: Connection) {}

  async list({ q }: SourceFilter, request: SliceRequest): Promise<Slice<Source>> {
    return listNamed(this.connection, 'sources', q, EVERYTHING, request)
  }

  async get(id: string): Promise<Json<Source> | null> {
    return getNamed(this.connection, 'sources', id)
  }

  async named(name: string): Promise<string[]> {
    return idsNamed(this.connection, 'sources', name)
  }

  async near(name: string, limit?: number): Promise<string[]> {
    return namesNear(this.connection, 'sources', name, EVERYTHING, limit)
  }
}

/** The data set registry in SQLite. */
export class SqliteDatasetStore implements DatasetStore {
  constructor(private readonly connection: Connection) {}

  async list(): Promise<Json<Dataset>[]> {
    return this.connection
      .all<{ document: Json<Dataset> }>(
        `SELECT json_set(document,
           '$.incidents', (SELECT count(*) FROM incidents WHERE incidents.dataset = datasets.id),
           '$.tolls', (SELECT count(*) FROM tolls WHERE tolls.dataset = datasets.id)) AS document
         FROM datasets ORDER BY id`,
      )
      .map(({ document }) => document)
  }

  async ids(): Promise<string[]> {
    return this.connection.all<{ id: string }>('SELECT id FROM datasets ORDER BY id').map(({ id }) => id)
  }

  async citations(ids: Iterable<string>): Promise<DatasetCitation[]> {
    const { sql, values } = oneOf('id', [...new Set(ids)])
    return this.connection.all<DatasetCitation>(
      `SELECT id, document ->> '$.name' AS name, document ->> '$.version' AS version,
         document ->> '$.licence' AS licence, document ->> '$.citation' AS citation
       FROM datasets WHERE ${sql} ORDER BY id`,
      ...values,
    )
  }
}

/** The code book in SQLite. */
export class SqliteEventTypeStore implements EventTypeStore {
  constructor(private readonly connection: Connection) {}

  async list(): Promise<Json<EventType>[]> {
    return this.connection
      .all<{ document: Json<EventType> }>(
        `SELECT ${withIncidents('SELECT count(*) FROM incidents WHERE event_types.id IN (event_type, sub_event_type)')} AS document
         FROM event_types ORDER BY position`,
      )
      .map(({ document }) => document)
  }
}
