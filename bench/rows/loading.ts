import { rmSync } from 'node:fs'
import type { Bench, Measurement, Row } from '../bench.ts'
import { type Data, runDuckDb, runSqlite, serviceEnvironment } from '../data.ts'
import { run, runProgram } from '../processes.ts'
import { median } from '../statistics.ts'

/** Memory that an import may use, in MB. */
const MAX_MEMORY = 1000

/** Columns of the file by which the service filters and sorts records, and a user would too. */
const INDEXED = [
  ...['id', 'date_start', 'date_end', 'country', 'adm_1', 'where_coordinates', 'latitude', 'longitude'],
  ...['type_of_violence', 'conflict_new_id', 'dyad_new_id', 'side_a', 'side_b', 'source_office'],
  ...['date_prec', 'where_prec', 'event_clarity', 'best'],
]
/** Columns of the file in which the service finds words. */
const SEARCHED = [
  ...['side_a', 'side_b', 'where_coordinates', 'where_description', 'adm_1', 'country', 'source_headline'],
]

/** What imports took in rounds before, in seconds and MB, with the same data: a row of them takes minutes. */
const measured = new WeakMap<Data, { seconds: number; peak: number | null }[]>()

/**
 * Compares `incidents import` with another way to load the same file; `load` gives the seconds that it takes. Only the
 * first row imports: the others compare with the same rounds.
 */
async function compareImports(
  bench: Bench,
  load: (database: string, file: string) => Promise<number>,
): Promise<Measurement> {
  const { rows, rounds } = bench.options
  const file = await bench.data.file()
  const path = bench.data.path('import.db')
  const clear = () => {
    for (const end of ['', '-wal', '-shm', '-columns', '.wal'])
      rmSync(`${path}${end}`, { force: true, recursive: true })
  }
  let peak = 0
  const before = measured.get(bench.data) ?? []
  const own: typeof before = []
  try {
    const result = await bench.alternate(
      async () => {
        clear()
        const command = [...bench.data.cli, 'import', file]
        const one = before[own.length] ?? (await run('all', command, { env: serviceEnvironment(path) }))
        own.push(one)
        peak = Math.max(peak, one.peak ?? 0)
        return rows / one.seconds
      },
      async () => {
        clear()
        return rows / (await load(path, file))
      },
      Math.min(3, rounds),
    )
    measured.set(bench.data, own)
    const [a, b] = [result.ours, result.theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
    return {
      ratios: result.ratios,
      figures: `${a} against ${b} rows/s; ${Math.round(peak)} MB of memory`,
      isWithin: peak > 0 && peak <= MAX_MEMORY,
    }
  } finally {
    clear()
  }
}

const OURS = 'rows per second of `incidents import`'
const importCsv = (file: string) => `.import --csv '${file}' events`

const bare: Row = {
  name: 'import',
  comparison: `${OURS} against \`sqlite3 .import\` of the same file; at most ${MAX_MEMORY} MB of memory`,
  target: { atLeast: 0.1 },
  unit: 'rows/s',
  measure: (bench) =>
    compareImports(bench, async (path, file) => (await runSqlite(path, [importCsv(file)])).seconds),
}

const indexed: Row = {
  name: 'import-indexed',
  comparison: `${OURS} against \`sqlite3 .import\`, then ${INDEXED.length} indexes and FTS5 of ${SEARCHED.length} columns`,
  target: { atLeast: 0.2 },
  unit: 'rows/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'import',
  measure: (bench) =>
    compareImports(bench, async (path, file) => {
      const columns = SEARCHED.join(', ')
      const { seconds } = await runSqlite(path, [
        importCsv(file),
        ...INDEXED.map((column) => `CREATE INDEX events_by_${column} ON events (${column})`),
        `CREATE VIRTUAL TABLE events_words USING fts5 (${columns}, content = events)`,
        `INSERT INTO events_words (rowid, ${columns}) SELECT rowid, ${columns} FROM events`,
      ])
      return seconds
    }),
}

const sqliteUtils: Row = {
  name: 'import-sqlite-utils',
  comparison: `${OURS} against \`sqlite-utils insert\`, \`create-index\` of ${INDEXED.length} columns and \`enable-fts\` of ${SEARCHED.length}`,
  target: { atLeast: 1 },
  unit: 'rows/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'import',
  measure: (bench) =>
    compareImports(bench, async (path, file) => {
      let seconds = 0
      for (const args of [
        ['insert', path, 'events', file, '--csv', '--silent'],
        ...INDEXED.map((column) => ['create-index', path, 'events', column]),
        ['enable-fts', path, 'events', ...SEARCHED],
      ])
        seconds += (await runProgram('sqlite-utils', args)).seconds
      return seconds
    }),
}

const duckdb: Row = {
  name: 'import-duckdb',
  comparison: `${OURS} against DuckDB, \`CREATE TABLE … AS SELECT * FROM read_csv(…)\`, which has neither indexes nor full text`,
  target: { atLeast: 0.03 },
  unit: 'rows/s',
  isLeftOutOfQuick: true,
  ourSideIsThatOf: 'import',
  measure: (bench) =>
    compareImports(bench, async (path, file) => {
      const { seconds } = await runDuckDb(path, `CREATE TABLE events AS SELECT * FROM read_csv('${file}')`)
      return seconds
    }),
}

/** Rows on imports. */
export const LOADING: readonly Row[] = [bare, indexed, sqliteUtils, duckdb]
