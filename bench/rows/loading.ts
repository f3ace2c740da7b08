import { rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Row, withServers } from '../bench.ts'
import { environment, INCIDENTS, sqlite } from '../data.ts'
import { latencies } from '../load.ts'
import { run } from '../processes.ts'
import { median } from '../statistics.ts'

/** The most memory that an import may take, in MB. */
const MOST_MEMORY = 1000

const importRow: Row = {
  name: 'import',
  what: `rows a second of \`incidents import\` against \`sqlite3 .import\` of the same file; at most ${MOST_MEMORY} MB of memory`,
  target: { atLeast: 0.15 },
  async measure(bench) {
    const { rows, rounds } = bench.options
    const file = await bench.data.file()
    const path = bench.data.path('import.db')
    const clear = () => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
    }
    let peak = 0
    const result = await bench.rounds(
      async () => {
        clear()
        const one = await run('all', [...INCIDENTS, 'import', file], { env: environment(path) })
        peak = Math.max(peak, one.peak ?? 0)
        return rows / one.seconds
      },
      async () => {
        clear()
        return rows / (await sqlite(path, [`.import --csv '${file}' events`])).seconds
      },
      Math.min(3, rounds),
    )
    clear()
    const [a, b] = [result.ours, result.theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
    return {
      ratios: result.ratios,
      figures: `${a} against ${b} rows/s; ${Math.round(peak)} MB of memory`,
      isWithin: peak > 0 && peak <= MOST_MEMORY,
    }
  },
}

const SCAN = `SELECT country_id, substr(date_start, 1, 7) AS month, count(*), sum(deaths_low), sum(deaths_best),
  sum(deaths_high) FROM incidents WHERE dataset = 'ucdp-ged' GROUP BY 1, 2 LIMIT 50`

const stats: Row = {
  name: 'stats',
  what: 'sums by country and month against a plain SQL scan of the same database (how many times faster)',
  target: { atLeast: 10 },
  isQuick: true,
  async measure(bench) {
    const database = new Database(await bench.data.database(), { readonly: true })
    try {
      database.pragma('mmap_size = 2147483647')
      const scan = database.prepare(SCAN)
      return await withServers([() => bench.ours()], async ({ port }) => {
        const paths = ['/v1/stats?group_by=country,date&dataset=ucdp-ged']
        const scanned = async () => {
          const began = performance.now()
          scan.all()
          return performance.now() - began
        }
        const summed = async () => median(await latencies({ port, paths: Array(5).fill(paths[0]) }, 'once'))
        await scanned()
        const { ours, theirs, ratios } = await bench.rounds(scanned, summed)
        return {
          ratios,
          figures: `scan ${median(ours).toFixed(1)} ms, GET /v1/stats ${median(theirs).toFixed(1)} ms`,
        }
      })
    } finally {
      database.close()
    }
  },
}

/** Taking data in, and the sums that follow. */
export const LOADING: readonly Row[] = [importRow, stats]
