import { firstKeyOf, isKeyOf, KEYS_PER_DAY } from '../../records/incident-keys.ts'
import type { Connection } from '../database/connection.ts'

const LAST_OF_DAYS = `SELECT value AS first,
    (SELECT max(key) FROM incidents WHERE key >= value AND key < value + ${KEYS_PER_DAY}) AS last
  FROM json_each(?)`

/** Gives keys to new rows: each table counts on from its last key, incidents from the last of their day. */
export class KeyAllocator {
  /** The last key given, by table. */
  readonly #tables = new Map<string, number>()
  /** The last key given, by the first key of the day. */
  readonly #days = new Map<number, number>()

  constructor(private readonly connection: Connection) {}

  /** A key for a new row of a table other than incidents. */
  next(table: string): number {
    const last = this.#tables.get(table) ?? this.#lastOf(table)
    this.#tables.set(table, last + 1)
    return last + 1
  }

  /** Looks up the last keys of the days on which incidents begin, all at once, before {@link nextOfDay}. */
  prefetchDays(dates: readonly string[]): void {
    const unknown = new Set(dates.map(firstKeyOf).filter((first) => !this.#days.has(first)))
    if (unknown.size === 0) return
    for (const { first, last } of this.connection.all<{ first: number; last: number | null }>(
      LAST_OF_DAYS,
      JSON.stringify([...unknown]),
    ))
      this.#days.set(first, last ?? first - 1)
  }

  /** The key of an incident: its old one as long as it follows the date. */
  nextOfDay(dateStart: string, old: number | undefined): number {
    if (old !== undefined && isKeyOf(old, dateStart)) return old
    const first = firstKeyOf(dateStart)
    const last = this.#days.get(first)
    if (last === undefined) throw new Error(`The keys of ${dateStart} were not looked up`)
    this.#days.set(first, last + 1)
    return last + 1
  }

  #lastOf(table: string): number {
    return this.connection.get<{ key: number | null }>(`SELECT max(key) AS key FROM ${table}`)?.key ?? 0
  }
}
