import { rmSync } from 'node:fs'
import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import { type Row, withServers } from '../bench.ts'
import { runSqlite, serviceEnvironment } from '../data.ts'
import { measureLatencies } from '../load.ts'
import { run } from '../processes.ts'
import { median } from '../statistics.ts'

/** Memory that an import may use, in MB. */
const MAX_MEMORY = 1000

const importRow: Row = {
  name: 'import',
  comparison: `rows per second of \`incidents import\` against \`sqlite3 .import\` of the same file; at most ${MAX_MEMORY} MB of memory`,
  target: { atLeast: 0.15 },
  unit: 'rows/s',
  async measure(bench) {
    const { rows, rounds } = bench.options
    const file = await bench.data.file()
    const path = bench.data.path('import.db')
    const clear = () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
    }
    let peak = 0
    const result = await bench.alternate(
      async () => {
        clear()
        const one = await run('all', [...bench.data.cli, 'import', file], { env: serviceEnvironment(path) })
        peak = Math.max(peak, one.peak ?? 0)
        return rows / one.seconds
      },
      async () => {
        clear()
        return rows / (await runSqlite(path, [`.import --csv '${file}' events`])).seconds
      },
      Math.min(3, rounds),
    )
    clear()
    const [a, b] = [result.ours, result.theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
    return {
      ratios: result.ratios,
      figures: `${a} against ${b} rows/s; ${Math.round(peak)} MB of memory`,
      isWithin: peak > 0 && peak <= MAX_MEMORY,
    }
  },
}

const SCAN = `SELECT country_id, substr(date_start, 1, 7) AS month, count(*), sum(deaths_low), sum(deaths_best),
  sum(deaths_high) FROM incidents WHERE dataset = 'ucdp-ged' GROUP BY 1, 2 LIMIT 50`

const stats: Row = {
  name: 'stats',
  comparison: 'sums by country and month against a plain SQL scan of the same database (times faster)',
  target: { atLeast: 10 },
  unit: 'ms',
  async measure(bench) {
    const database = new Sqlite(await bench.data.database(), { readonly: true })
    try {
      database.pragma('mmap_size = 2147483647')
      const scan = database.prepare(SCAN)
      return await withServers([() => bench.startService()], async ({ port }) => {
        const paths = Array(5).fill('/v1/stats?group_by=country,date&dataset=ucdp-ged')
        const measureScan = async () => {
          const began = performance.now()
          scan.all()
          return performance.now() - began
        }
        const measureStats = async () => median(await measureLatencies({ port, paths }, 'once'))
        await measureScan()
        const { ours, theirs, ratios } = await bench.alternate(measureStats, measureScan)
        return {
          ratios: ratios.map((ratio) => 1 / ratio),
          figures: `scan ${median(theirs).toFixed(1)} ms, GET /v1/stats ${median(ours).toFixed(1)} ms`,
        }
      })
    } finally {
      database.close()
    }
  },
}

/** Rows on imports and on statistics. */
export const LOADING: readonly Row[] = [importRow, stats]
