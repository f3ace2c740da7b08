import { GAZETTEER, PLACE_KINDS } from '../../places/place.schema.ts'
import type { Connection, SqlValue } from './connection.ts'

/** One statement and what it is executed with: the values of its parameters, one execution after the other. */
export interface Writes {
  sql: string
  /** How many parameters the statement has; without any it is executed once. */
  width: number
  values: SqlValue[]
  /**
   * Of rows whose first value is a key: they may wait until there are many, and are then written in the order of
   * their keys. Full text is gathered in memory as long as its keys ascend.
   */
  isGathered?: boolean
}

/** So many rows are gathered. */
const MANY = 20_000

/** Executes statements in their order, but for those that are gathered. */
export class Applier {
  readonly #gathered = new Map<string, SqlValue[][]>()

  constructor(private readonly connection: Connection) {}

  /** Executes statements. */
  apply(writes: readonly Writes[]): void {
    for (const { sql, width, values, isGathered } of writes) {
      if (width === 0) this.connection.execute(sql)
      else if (isGathered) this.#gather(sql, rowsOf(values, width))
      else this.connection.runEach(sql, rowsOf(values, width))
    }
  }

  /** Executes what was gathered. */
  finish(): void {
    for (const [sql, rows] of this.#gathered) this.#execute(sql, rows)
    this.#gathered.clear()
  }

  #gather(sql: string, rows: SqlValue[][]): void {
    const gathered = this.#gathered.get(sql) ?? []
    gathered.push(...rows)
    this.#gathered.set(sql, gathered)
    if (gathered.length < MANY) return
    this.#gathered.delete(sql)
    this.#execute(sql, gathered)
  }

  #execute(sql: string, rows: SqlValue[][]): void {
    this.connection.runEach(
      sql,
      rows.sort(([a], [b]) => Number(a) - Number(b)),
    )
  }
}

function rowsOf(values: SqlValue[], width: number): SqlValue[][] {
  const rows: SqlValue[][] = []
  for (let at = 0; at < values.length; at += width) rows.push(values.slice(at, at + width))
  return rows
}

/** Registers a data set. */
export function registration(id: string, document: string): Writes {
  return {
    sql: `INSERT INTO datasets (id, document) VALUES (?, ?)
          ON CONFLICT (id) DO UPDATE SET document = excluded.document`,
    width: 2,
    values: [id, document],
  }
}

/** What ends every change of the data: places take along what lies in them, and the revision tells of it. */
export function settlement({ movesPlaces }: { movesPlaces: boolean }, now: string): Writes[] {
  return [
    ...(movesPlaces ? MOVES : []),
    { sql: 'UPDATE store SET revision = revision + 1, revised_at = ?', width: 1, values: [now] },
  ]
}

/** Places that data sets of incidents brought and nothing lies in any more, the innermost first. */
export const UNUSED_PLACES: Writes[] = [
  ...PLACE_KINDS.filter((kind) => kind !== 'country').map(
    (kind, index) => `DELETE FROM places WHERE kind = '${kind}'
      AND dataset NOT IN (${listed(GAZETTEER)})
      AND NOT EXISTS (SELECT 1 FROM incidents WHERE ${kind}_id = places.id)
      AND NOT EXISTS (SELECT 1 FROM tolls WHERE ${kind}_id = places.id)
      AND NOT EXISTS (SELECT 1 FROM places AS inner
        WHERE inner.country_id = places.country_id AND inner.kind IN (${listed(PLACE_KINDS.slice(0, index))})
        AND inner.${kind}_id = places.id)`,
  ),
  `DELETE FROM names WHERE entity = 'places' AND entity_key NOT IN (SELECT key FROM places)`,
].map((sql) => ({ sql, width: 0, values: [] }))

function listed(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ')
}

/** What lies in a place that now lies elsewhere goes along, the outermost first. */
const MOVES: Writes[] = [
  ...['admin1', 'city', 'district'].map((kind) => {
    const own = (column: string) => (column === kind ? 'places.id' : `outer.${column}_id`)
    return `UPDATE places SET country_id = outer.country_id, admin1_id = ${own('admin1')},
       city_id = ${own('city')}, district_id = ${own('district')}
     FROM places AS outer WHERE places.kind = '${kind}' AND outer.id = places.document ->> '$.parent_id'`
  }),
  ...['incidents', 'tolls'].map((table) => {
    const chain = (of: string) =>
      ['country', 'admin1', 'city', 'district'].map((kind) => `${of}.${kind}_id`).join(', ')
    return `UPDATE ${table} SET country_id = places.country_id, admin1_id = places.admin1_id,
       city_id = places.city_id, district_id = places.district_id
     FROM places
     WHERE places.id = coalesce(${table}.district_id, ${table}.city_id, ${table}.admin1_id, ${table}.country_id)
       AND (${chain(table)}) IS NOT (${chain('places')})`
  }),
].map((sql) => ({ sql, width: 0, values: [] }))
