import type { Dataset, DatasetCitation } from '../../../datasets/dataset.schema.ts'
import type { DatasetStore } from '../../../datasets/dataset.store.ts'
import type { EventType } from '../../../event-types/event-type.schema.ts'
import type { EventTypeStore } from '../../../event-types/event-type.store.ts'
import {
  GAZETTEER,
  levelOf,
  PLACE_KINDS,
  type Place,
  type PlaceKind,
  type PlaceRecord,
} from '../../../places/place.schema.ts'
import type {
  NearPlace,
  PlaceFilter,
  PlaceScope,
  PlaceSpelling,
  PlaceStore,
} from '../../../places/place.store.ts'
import {
  type Caller,
  parse,
  type SerializedJson,
  type Slice,
  type SliceRequest,
  serialize,
} from '../../../records.ts'
import type { Source } from '../../../sources/source.schema.ts'
import type { SourceFilter, SourceScope, SourceStore } from '../../../sources/source.store.ts'
import { fold } from '../../../text/fold.ts'
import { allOf, clausesOf, oneOf } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'
import { findKeysByName } from './name-search.ts'
import { addIncidentCount, findExisting, getById, listById, listByRank } from './records-with-counts.ts'

const EVERYTHING = allOf([])

/** Similar names of places that are compared: those where something is recorded are suggested first. */
const MAX_SIMILAR = 500

/** SQL: whether any record is in a place. */
const RECORDED = `CASE kind ${PLACE_KINDS.map(
  (
    kind,
  ) => `WHEN '${kind}' THEN EXISTS (SELECT 1 FROM incidents WHERE incidents.${levelOf(kind)}_id = places.id)
    OR EXISTS (SELECT 1 FROM tolls WHERE tolls.${levelOf(kind)}_id = places.id)`,
).join(' ')} END`

/** Places in SQLite; see `PlaceStore`. */
export class SqlitePlaceStore implements PlaceStore {
  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  async list({ q, ...filter }: PlaceFilter, request: SliceRequest, caller?: Caller): Promise<Slice<Place>> {
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
    if (q === undefined) return listById(this.connection, 'places', where, request)
    const keys = await this.queries.run('rankedKeys', { table: 'places', q, where }, caller)
    return listByRank(this.connection, 'places', keys, request)
  }

  async get(id: string): Promise<SerializedJson<Place> | null> {
    return getById(this.connection, 'places', id)
  }

  async scope(id: string): Promise<PlaceScope | null> {
    return this.connection.get<PlaceScope>('SELECT kind, id FROM places WHERE id = ?', id) ?? null
  }

  async existing(ids: readonly string[]): Promise<string[]> {
    return findExisting(this.connection, 'places', ids)
  }

  async findByName(name: string, kinds: readonly PlaceKind[]): Promise<PlaceScope[]> {
    const spelled = this.connection.all<{ key: number }>(
      'SELECT key FROM place_spellings JOIN places ON places.id = place_id WHERE folded = ?',
      fold(name),
    )
    const keys = [...findKeysByName(this.connection, 'places', name), ...spelled.map(({ key }) => key)]
    const { sql, values } = allOf([oneOf('key', [...new Set(keys)]), oneOf('kind', kinds)])
    return this.connection.all(`SELECT kind, id FROM places WHERE ${sql} ORDER BY id`, ...values)
  }

  async gazetteer(countryId: string): Promise<PlaceRecord[]> {
    const { sql, values } = oneOf('dataset', GAZETTEER)
    return this.connection
      .all<{ document: SerializedJson<PlaceRecord> }>(
        `SELECT document FROM places WHERE country_id = ? AND ${sql} ORDER BY key`,
        countryId,
        ...values,
      )
      .map(({ document }) => parse(document))
  }

  async spellings(dataset: string, countryId: string): Promise<PlaceSpelling[]> {
    return this.connection.all(
      `SELECT place_spellings.dataset, place_id, name FROM place_spellings JOIN places ON places.id = place_id
       WHERE place_spellings.dataset = ? AND country_id = ?`,
      dataset,
      countryId,
    )
  }

  async findSimilar(name: string, kinds: readonly PlaceKind[], caller?: Caller): Promise<NearPlace[]> {
    const where = oneOf('places.kind', kinds)
    const query = { table: 'places', text: name, where, limit: MAX_SIMILAR } as const
    const near = await this.queries.run('similarNames', query, caller)
    const recorded = new Set(
      this.connection
        .all<{ key: number }>(
          `SELECT key FROM places WHERE key IN (SELECT value FROM json_each(?)) AND ${RECORDED}`,
          serialize(near.flatMap(({ keys }) => keys)),
        )
        .map(({ key }) => key),
    )
    return near.map(({ name, keys }) => ({ name, isRecorded: keys.some((key) => recorded.has(key)) }))
  }

  async isRecorded(scopes: readonly PlaceScope[]): Promise<boolean> {
    const { sql, values } = oneOf(
      'id',
      scopes.map(({ id }) => id),
    )
    return this.connection.get(`SELECT 1 FROM places WHERE ${sql} AND ${RECORDED}`, ...values) !== undefined
  }
}

/** Sources in SQLite; see `SourceStore`. */
export class SqliteSourceStore implements SourceStore {
  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  async list({ q }: SourceFilter, request: SliceRequest, caller?: Caller): Promise<Slice<Source>> {
    const search = (text: string) =>
      this.queries.run('rankedKeys', { table: 'publishers', q: text, where: EVERYTHING }, caller)
    const where = q === undefined ? EVERYTHING : oneOf('publisher_key', await search(q))
    return listById(this.connection, 'sources', where, request)
  }

  async get(id: string): Promise<SerializedJson<Source> | null> {
    return getById(this.connection, 'sources', id)
  }

  async findByName(name: string): Promise<SourceScope[]> {
    const known = this.connection.get<{ id: string }>('SELECT id FROM sources WHERE id = ?', name)
    if (known) return [known]
    const { sql, values } = oneOf('key', findKeysByName(this.connection, 'publishers', name))
    return this.connection.all(`SELECT name AS publisher FROM publishers WHERE ${sql}`, ...values)
  }

  async existing(ids: readonly string[]): Promise<string[]> {
    return findExisting(this.connection, 'sources', ids)
  }

  async findSimilar(name: string, limit = 3, caller?: Caller): Promise<string[]> {
    const query = { table: 'publishers', text: name, where: EVERYTHING, limit } as const
    return (await this.queries.run('similarNames', query, caller)).map((near) => near.name)
  }
}

/** Data sets in SQLite; see `DatasetStore`. */
export class SqliteDatasetStore implements DatasetStore {
  constructor(private readonly connection: Connection) {}

  async list(): Promise<SerializedJson<Dataset>[]> {
    return this.connection
      .all<{ document: SerializedJson<Dataset> }>(
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
      `SELECT id, name, version, licence, citation FROM datasets WHERE ${sql} ORDER BY id`,
      ...values,
    )
  }
}

/** SQL of the number of incidents of an event type or sub-event type, each by its index: no id is of both. */
const OF_TYPE = `(SELECT count(*) FROM incidents WHERE event_type = event_types.id)
  + (SELECT count(*) FROM incidents WHERE sub_event_type = event_types.id)`

/** Event types in SQLite; see `EventTypeStore`. */
export class SqliteEventTypeStore implements EventTypeStore {
  constructor(private readonly connection: Connection) {}

  async list(): Promise<SerializedJson<EventType>[]> {
    return this.connection
      .all<{ document: SerializedJson<EventType> }>(
        `SELECT ${addIncidentCount(OF_TYPE)} AS document
         FROM event_types ORDER BY position`,
      )
      .map(({ document }) => document)
  }
}
