import type { Connection, SqlValue } from '../database/connection.ts'

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
