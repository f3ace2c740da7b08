import type { Connection } from '../database/connection.ts'

/** A place and what it lies in, one column a kind. */
export interface PlaceColumns {
  country_id: string
  admin1_id: string | null
  city_id: string | null
  district_id: string | null
}

/**
 * What rows refer to by id: stored records, and those that are being written and are known here first. Sources
 * are too many to be kept: rows name them by id, and are given their keys when they are written.
 */
export class ReferenceLookup {
  readonly places: LookupCache<PlaceColumns>
  readonly actors: LookupCache<{ key: number }>
  /** Publishers, by name. */
  readonly publishers: LookupCache<{ key: number }>

  constructor(connection: Connection) {
    this.places = new LookupCache(
      connection,
      'place',
      'SELECT country_id, admin1_id, city_id, district_id FROM places WHERE id = ?',
    )
    this.actors = new LookupCache(connection, 'actor', 'SELECT key FROM actors WHERE id = ?')
    this.publishers = new LookupCache(connection, 'publisher', 'SELECT key FROM publishers WHERE name = ?')
  }
}

/** Records of one kind, looked up once and kept. */
class LookupCache<T> {
  readonly #kept = new Map<string, T>()

  constructor(
    private readonly connection: Connection,
    private readonly what: string,
    private readonly sql: string,
  ) {}

  /** What is known of it, or undefined when it is not there. */
  find(id: string): T | undefined {
    const kept = this.#kept.get(id)
    if (kept !== undefined) return kept
    const stored = this.connection.get<T>(this.sql, id)
    if (stored !== undefined) this.#kept.set(id, stored)
    return stored
  }

  /**
   * What is known of it.
   * @throws Error when it is not there
   */
  get(id: string): T {
    const known = this.find(id)
    if (known === undefined) throw new Error(`There is no ${this.what} ${id}`)
    return known
  }

  /** Takes note of what is being written. */
  set(id: string, value: T): void {
    this.#kept.set(id, value)
  }
}
