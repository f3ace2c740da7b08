import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import type { ColumnFiles } from './column-files.ts'
import { type ColumnTable, CREATE_TABLES, FILLED } from './column-schema.ts'
import type { ColumnSource, KeySet } from './column-source.ts'
import { type DuckDb, quoteText } from './duckdb.ts'

/** Incidents that are read at a time. */
const PART = 25_000
/** Lines that are written at a time. */
const LINES = 1000
/** The share of the incidents above which filling all is faster, and leaves a smaller file, than changing some. */
const MAX_CHANGED = 1 / 4

const EVERYTHING: KeySet = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

/** Fills the tables of an attached file. */
export class ColumnWriter {
  constructor(
    private readonly database: DuckDb,
    private readonly source: ColumnSource,
    /** The path of a file that rows are handed over in. */
    private readonly csv: string,
  ) {}

  /** Fills all tables, instead of what they have. */
  async fillAll(): Promise<void> {
    await this.database.execute(CREATE_TABLES)
    for (const keys of this.source.partition(PART)) await this.#fillIncidents(keys)
    await this.#fill('own_figures', EVERYTHING)
  }

  /** Replaces the incidents with these keys; false, and nothing is done, where too many have changed by now. */
  async change(changedKeys: readonly number[]): Promise<boolean> {
    const { database } = this
    const [before] = await database.all<{ incidents: number }>('SELECT incidents FROM changes')
    // What a group counts follows from its parts.
    const groups = await database.all<{ key: number }>('SELECT incident_key AS key FROM own_figures')
    const keys = [...new Set([...changedKeys, ...groups.map(({ key }) => key)])].sort((a, b) => a - b)
    const changed = (before?.incidents ?? 0) + keys.length
    if (changed > this.source.countIncidents() * MAX_CHANGED) return false
    await database.createKeys('changed', keys.join())
    await database.execute(`
      DELETE FROM incidents WHERE key IN (SELECT key FROM changed);
      DELETE FROM incident_actors WHERE incident_key IN (SELECT key FROM changed);
      DELETE FROM own_figures;
      UPDATE changes SET incidents = ${changed}`)
    for (let from = 0; from < keys.length; from += PART)
      await this.#fillIncidents(keys.slice(from, from + PART))
    await this.#fill('own_figures', EVERYTHING)
    return true
  }

  /** @param keys ranges, or keys in ascending order */
  async #fillIncidents(keys: KeySet): Promise<void> {
    await this.#fill('incident_actors', keys)
    const [from, to] = 'from' in keys ? [keys.from, keys.to] : [keys[0] ?? 0, keys.at(-1) ?? 0]
    await this.#fill(
      'incidents',
      keys,
      `LEFT JOIN (SELECT incident_key, list_sort(list(DISTINCT identity_key)) AS identities FROM incident_actors
         WHERE incident_key BETWEEN ${from} AND ${to} GROUP BY 1) ON incident_key = key`,
      ', identities',
    )
  }

  /**
   * @param join what computed columns are read from
   * @param computed these columns
   */
  async #fill(table: ColumnTable, keys: KeySet, join = '', computed = ''): Promise<void> {
    const columns = FILLED[table]
    if (!writeLines(this.csv, this.source.readLines(table, columns, keys))) return
    const types = columns.map(({ name, type }) => `${name}: '${type}'`).join(', ')
    await this.database.execute(
      `INSERT INTO ${table} SELECT filled.*${computed} FROM read_csv(${quoteText(this.csv)},
         auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n',
         nullstr = '', allow_quoted_nulls = false, parallel = false, columns = {${types}}) AS filled ${join}
       ORDER BY 1`,
    )
  }
}

/** Writes lines to a file, instead of what it has; whether there are any. */
function writeLines(path: string, lines: Iterable<string>): boolean {
  const file = openSync(path, 'w')
  let count = 0
  try {
    let waiting: string[] = []
    const write = () => {
      if (waiting.length > 0) writeSync(file, `${waiting.join('\n')}\n`)
      waiting = []
    }
    for (const line of lines) {
      count += 1
      waiting.push(line)
      if (waiting.length === LINES) write()
    }
    write()
  } finally {
    closeSync(file)
  }
  return count > 0
}

/** Does work on a new file, which is removed unless it gets another name. The database is closed if it fails. */
export async function withNewFile<T>(
  files: ColumnFiles,
  { state }: ColumnSource,
  database: DuckDb,
  work: (part: string) => Promise<T>,
): Promise<T> {
  const part = files.newPart(state)
  try {
    return await work(part)
  } catch (error) {
    // Not everywhere can a file be removed that is open.
    database.close()
    throw error
  } finally {
    for (const suffix of ['', '.wal', '.csv']) rmSync(part + suffix, { force: true })
  }
}
