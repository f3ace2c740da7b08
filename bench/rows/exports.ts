import { rmSync } from 'node:fs'
import { type Bench, type Measurement, type Row, withServers } from '../bench.ts'
import { runDuckDb, runSqlite } from '../data.ts'
import { drain } from '../load.ts'
import { NotMeasured, readMemory } from '../processes.ts'
import { median } from '../statistics.ts'

/** Compares rows per second of an export over HTTP with the sqlite3 shell; what is written is discarded. */
async function compareWithShell(
  bench: Bench,
  format: 'csv' | 'ndjson',
  option: string,
): Promise<Measurement> {
  const [flat, records] = [await bench.data.flat(), await bench.data.records()]
  return withServers([() => bench.startService({ core: 'all' })], async (server) => {
    const { ours, theirs, ratios } = await bench.alternate(
      async () => records / (await drain({ port: server.port, path: exportPath(format) })).seconds,
      async () => records / (await runSqlite(flat, [option, '-header', 'SELECT * FROM incidents'])).seconds,
    )
    const figures = [...[ours, theirs].map(median), ratios.length > 0 ? await measureCopy(bench, format) : 0]
    const [a, b, c] = figures.map((rate) => Math.round(rate).toLocaleString('en'))
    return { ratios, figures: `${a} against ${b} rows/s; ${c} of \`COPY\` in DuckDB, to a file` }
  })
}

/** Measures the rows per second of DuckDB's COPY, with all cores, from the flat table in its own form. */
async function measureCopy({ data }: Bench, format: 'csv' | 'ndjson'): Promise<number> {
  const [database, records, file] = [await data.columnar(), await data.records(), data.path('copy')]
  const sql = `COPY incidents TO '${file}' (FORMAT ${format === 'csv' ? 'csv' : 'json'})`
  const rates: number[] = []
  for (let round = 0; round < 3; round += 1) rates.push(records / (await runDuckDb(database, sql)).seconds)
  rmSync(file)
  return median(rates)
}

/** The path that exports all records in one response. */
export function exportPath(format: 'csv' | 'ndjson'): string {
  return `/v1/incidents?format=${format}`
}

const csv: Row = {
  name: 'export-csv',
  comparison:
    'all records as CSV over HTTP, on all cores, against `sqlite3 -csv` of the same columns in a flat table',
  target: { atLeast: 0.8 },
  unit: 'rows/s',
  measure: (bench) => compareWithShell(bench, 'csv', '-csv'),
}

const ndjson: Row = {
  name: 'export-ndjson',
  comparison: 'all records as NDJSON over HTTP, on all cores, against `sqlite3 -json` of the flat table',
  target: { atLeast: 2.5 },
  unit: 'rows/s',
  measure: (bench) => compareWithShell(bench, 'ndjson', '-json'),
}

const memory: Row = {
  name: 'export-memory',
  comparison:
    "the server's resident memory (without the pages of the mapped file) at the end of an export against at a tenth of it",
  target: { atMost: 1.2 },
  unit: 'MB',
  async measure(bench) {
    const path = exportPath('ndjson')
    const whole = await withServers([() => bench.startService()], ({ port }) => drain({ port, path }))
    let tenth: number | null = null
    // A new server each time: the memory of a server does not grow again on its second export.
    const measureEnd = () =>
      withServers([() => bench.startService()], async ({ port, process }) => {
        let end: number | null = null
        tenth = null
        await drain({ port, path }, (bytes) => {
          end = readMemory(process, 'RssAnon')
          if (bytes >= whole.bytes / 10) tenth ??= end
        })
        if (tenth === null || end === null) throw new NotMeasured('there is no /proc here')
        return end
      })
    const { ours, theirs, ratios } = await bench.alternate(
      measureEnd,
      () => Promise.resolve(tenth ?? Number.NaN),
      Math.min(3, bench.options.rounds),
    )
    return { ratios, figures: `${Math.round(median(ours))} against ${Math.round(median(theirs))} MB` }
  },
}

/** Rows on exports of all records. */
export const EXPORTS: readonly Row[] = [csv, ndjson, memory]
