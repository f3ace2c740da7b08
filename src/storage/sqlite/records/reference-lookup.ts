import { findReferences, type PlaceColumns, type References } from '../../records/derived-rows.ts'
import type { RecordOf, Table } from '../../records/tables.ts'
import type { Connection } from '../database/connection.ts'

/**
 * What rows refer to by id: stored records, and those that are being written and are set here first. They are looked
 * up a batch at a time and kept. Sources are too many to be kept: rows name them by id, and are given their keys when
 * they are written; of their titles the latest are kept.
 */
export class ReferenceLookup implements References {
  readonly places: LookupCache<PlaceColumns>
  readonly actors: LookupCache<{ key: number }>
  readonly sources: LookupCache<{ title: string }>
  /** Publishers, by name. */
  readonly publishers: LookupCache<{ key: number }>

  constructor(connection: Connection) {
    this.places = new LookupCache(
      connection,
      'place',
      `SELECT places.id, country_id, admin1_id, city_id, district_id
       FROM json_each(?) AS wanted CROSS JOIN places ON places.id = wanted.value`,
    )
    this.actors = new LookupCache(
      connection,
      'actor',
      'SELECT actors.id, actors.key FROM json_each(?) AS wanted CROSS JOIN actors ON actors.id = wanted.value',
    )
    this.sources = new LookupCache(
      connection,
      'source',
      `SELECT sources.id, document ->> '$.title' AS title
       FROM json_each(?) AS wanted CROSS JOIN sources ON sources.id = wanted.value`,
      MIN_KEPT_SOURCES,
    )
    this.publishers = new LookupCache(
      connection,
      'publisher',
      `SELECT name AS id, publishers.key
       FROM json_each(?) AS wanted CROSS JOIN publishers ON name = wanted.value`,
    )
  }

  /** Looks up all that records refer to. */
  prefetch<T extends Table>(table: T, records: readonly RecordOf<T>[]): void {
    const wanted = records.map((record) => findReferences(table, record))
    for (const kind of ['places', 'actors', 'publishers', 'sources'] as const)
      this[kind].prefetch(wanted.flatMap((references) => references[kind] ?? []))
  }
}

/** More than are given for writing and not yet written, so that none of these is forgotten. */
const MIN_KEPT_SOURCES = 10_000

/** Records of one kind, looked up once and kept. */
class LookupCache<T extends object> {
  #kept = new Map<string, T>()
  /** Those before the last `minKept`: forgotten all at once, as taking the first from a map again and again is slow. */
  #older = new Map<string, T>()

  /**
   * @param sql the values of the records whose ids are in a JSON array, each with its `id`
   * @param minKept the number of the latest that are kept, others are forgotten
   */
  constructor(
    private readonly connection: Connection,
    private readonly what: string,
    private readonly sql: string,
    private readonly minKept = Number.POSITIVE_INFINITY,
  ) {}

  /** Looks up those that are not known yet; all of these are among the latest then. */
  prefetch(ids: readonly string[]): void {
    const wanted = new Set<string>()
    for (const id of ids) {
      if (this.#kept.has(id)) continue
      const older = this.#older.get(id)
      if (older) this.set(id, older)
      else wanted.add(id)
    }
    if (wanted.size === 0) return
    for (const { id, ...value } of this.connection.all<T & { id: string }>(
      this.sql,
      JSON.stringify([...wanted]),
    ))
      this.set(id, value as unknown as T)
  }

  /** What is known of one that was looked up or set; undefined when it is not there. */
  find(id: string): T | undefined {
    return this.#kept.get(id) ?? this.#older.get(id)
  }

  /**
   * What is known of one that was looked up or set.
   * @throws Error when it is not there
   */
  get(id: string): T {
    const known = this.find(id)
    if (known === undefined) throw new Error(`There is no ${this.what} ${id}`)
    return known
  }

  /** Makes one known that is being written. */
  set(id: string, value: T): void {
    if (this.#kept.size >= this.minKept) {
      this.#older = this.#kept
      this.#kept = new Map()
    }
    this.#kept.set(id, value)
  }
}
