import { copyFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Sqlite } from '../src/storage/sqlite/database/better-sqlite3.ts'
import { peerPath, removeAtEnd, run, runProgram } from './processes.ts'
import { writeUcdpFile } from './ucdp-file.ts'

/** The source of the data, and the build of the service that imports them. */
export interface DataOptions {
  /** The checkout whose dist/ is measured. */
  folder: string
  /** The number of records to generate. */
  rows: number
  /** An existing database to use instead of a generated one. */
  database?: string | undefined
  /** An existing database with four times as many records. */
  larger?: string | undefined
}

/** The same records in every form that a row needs. Each form is created on first use. */
export class Data {
  /** The service's command line, as built by `npm run build`. */
  readonly cli: readonly string[]
  readonly #folder = removeAtEnd(mkdtempSync(join(tmpdir(), 'conflict-incidents-bench-')))
  readonly #made = new Map<string, Promise<string>>()

  constructor(
    private readonly options: DataOptions,
    private readonly log: (text: string) => void,
    /** The data whose CSV file is reused when two builds are compared. */
    private readonly shared?: Data,
  ) {
    this.cli = [process.execPath, join(options.folder, 'dist/cli/main.js')]
  }

  /** The path of a file in the scratch folder. */
  path(name: string): string {
    return join(this.#folder, name)
  }

  /** Generates a CSV file in the format of UCDP GED. */
  file(rows = this.options.rows): Promise<string> {
    return this.shared?.file(rows) ?? this.#make(`${rows}.csv`, (path) => writeUcdpFile(path, rows))
  }

  /** Creates the service's database, unless one was given. */
  database(): Promise<string> {
    const { database, rows } = this.options
    return database === undefined ? this.fillDatabase(rows) : Promise.resolve(database)
  }

  /** Creates a database with four times as many records, unless one was given. */
  larger(): Promise<string> {
    const { larger, rows } = this.options
    return larger === undefined ? this.fillDatabase(rows * 4) : Promise.resolve(larger)
  }

  /** Creates the service's database with this number of records. */
  fillDatabase(rows: number): Promise<string> {
    return this.#make(`${rows}.db`, async (path) => {
      await run('all', [...this.cli, 'import', await this.file(rows)], { env: serviceEnvironment(path) })
    })
  }

  /** Counts the records of the service's database. */
  async records(): Promise<number> {
    const database = new Sqlite(await this.database(), { readonly: true })
    try {
      return database.prepare('SELECT count(*) FROM incidents').pluck().get() as number
    } finally {
      database.close()
    }
  }

  /**
   * Creates a database from the service's CSV in the usual form: one flat table `incidents` of typed columns, with an
   * index for one place's records by date.
   */
  flat(): Promise<string> {
    return this.#make('flat.db', async (path) => {
      const csv = await this.#export('csv')
      await runSqlite(path, [`.import --csv '${csv}' raw`])
      rmSync(csv)
      const database = new Sqlite(path)
      const names = (database.pragma('table_info(raw)') as { name: string }[]).map(({ name }) => name)
      database.exec(`CREATE TABLE incidents (${names.map((name) => `"${name}" ${columnType(name)}`).join(', ')});
        INSERT INTO incidents SELECT ${names.map((name) => `nullif("${name}", '')`).join(', ')} FROM raw;
        DROP TABLE raw;
        CREATE INDEX incidents_by_place ON incidents (place_id, date_start, id);`)
      database.close()
    })
  }

  /** Creates a DuckDB file with the rows of the service's CSV in the table `incidents`. */
  columnar(): Promise<string> {
    return this.#make('flat.duckdb', async (path) => {
      const csv = await this.#export('csv')
      await runDuckDb(path, `CREATE TABLE incidents AS SELECT * FROM read_csv('${csv}')`)
      rmSync(csv)
    })
  }

  /** Creates the service's database with this number of records, every other one of a second data set. */
  twoDatasets(rows: number): Promise<string> {
    return this.#make(`two-${rows}.db`, async (path) => {
      copyFileSync(await (rows === this.options.rows ? this.database() : this.fillDatabase(rows)), path)
      const database = new Sqlite(path)
      database.exec(`PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; BEGIN;
        INSERT INTO datasets (id, document)
          SELECT 'other', json_set(document, '$.id', 'other') FROM datasets WHERE id = 'ucdp-ged';
        UPDATE incidents SET dataset = 'other' WHERE dataset = 'ucdp-ged' AND (key / 1048576 + key) % 2 = 0;
        UPDATE documents SET document = json_set(document, '$.dataset', 'other')
          WHERE key IN (SELECT key FROM incidents WHERE dataset = 'other');
        COMMIT`)
      database.close()
    })
  }

  /** Creates a database with the points in an R*Tree `boxes`, their dates in `points` and the JSON in `documents`. */
  boxes(): Promise<string> {
    return this.#make('boxes.db', async (path) => {
      const lines = await this.#export('ndjson')
      const database = new Sqlite(path)
      database.exec(`PRAGMA journal_mode = OFF; BEGIN;
        CREATE VIRTUAL TABLE boxes USING rtree (key, west, east, south, north);
        CREATE TABLE points (key INTEGER PRIMARY KEY, date_start TEXT, longitude REAL, latitude REAL);
        CREATE TABLE documents (key INTEGER PRIMARY KEY, document TEXT)`)
      const [box, point, document] = [
        'boxes VALUES (?, ?, ?, ?, ?)',
        'points VALUES (?, ?, ?, ?)',
        'documents VALUES (?, ?)',
      ].map((into) => database.prepare(`INSERT INTO ${into}`))
      let key = 0
      for await (const line of createInterface({ input: createReadStream(lines) })) {
        const { date_start, longitude, latitude } = JSON.parse(line)
        key += 1
        document?.run(key, line)
        if (longitude === null) continue
        box?.run(key, longitude, longitude, latitude, latitude)
        point?.run(key, date_start, longitude, latitude)
      }
      database.exec('COMMIT')
      database.close()
      rmSync(lines)
    })
  }

  #make(name: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = this.path(name)
    const known = this.#made.get(name)
    if (known) return known
    const made = (async () => {
      this.log(`making ${name}`)
      await make(path)
      return path
    })()
    this.#made.set(name, made)
    return made
  }

  async #export(format: 'csv' | 'ndjson'): Promise<string> {
    const path = this.path(`export.${format}`)
    await run('all', [...this.cli, 'export', path], { env: serviceEnvironment(await this.database()) })
    return path
  }
}

/** Builds the service's environment: this database, no rate limit, no log, and the settings in `more`. */
export function serviceEnvironment(database: string, more: Readonly<Record<string, string>> = {}) {
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: `sqlite:${database}`,
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
    ...more,
  }
}

/**
 * Runs the sqlite3 shell; what it prints is discarded.
 * @throws NotMeasured if there is no shell
 */
export function runSqlite(database: string, args: readonly string[]) {
  return runProgram('sqlite3', [database, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Executes a statement in a DuckDB file, on all cores. */
export function runDuckDb(database: string, sql: string) {
  return run('all', [process.execPath, peerPath('duckdb.mjs'), database, sql])
}

function columnType(column: string): string {
  if (column === 'id') return 'TEXT PRIMARY KEY'
  if (/_(low|best|high)$/.test(column)) return 'INTEGER'
  return /^(latitude|longitude)$/.test(column) ? 'REAL' : 'TEXT'
}
