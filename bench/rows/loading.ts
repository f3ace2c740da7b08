import { rmSync } from 'node:fs'
import type { Row } from '../bench.ts'
import { runSqlite, serviceEnvironment } from '../data.ts'
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

/** Rows on imports. */
export const LOADING: readonly Row[] = [importRow]
