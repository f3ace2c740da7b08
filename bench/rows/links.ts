import type { Row } from '../bench.ts'
import { serviceEnvironment } from '../data.ts'
import { run } from '../processes.ts'
import { median } from '../statistics.ts'

/** Memory that may be used, without the pages of the mapped file, in MB. */
const MAX_MEMORY = 500

const suggest: Row = {
  name: 'link-suggest',
  comparison: `records per second of \`incidents link suggest\` between two data sets against the same with a quarter of the records (as many days, places and actors: each has fewer near it); at most ${MAX_MEMORY} MB of memory`,
  target: { atLeast: 0.5 },
  unit: 'rows/s',
  async measure(bench) {
    const { rows, rounds } = bench.options
    const counts = [rows, Math.ceil(rows / 4)] as const
    let peak = 0
    const [many, few] = await Promise.all(counts.map((count) => bench.data.twoDatasets(count)))
    const measureRate =
      (database = '', count = 0) =>
      async () => {
        const command = [...bench.data.cli, 'link', 'suggest', '--dry-run']
        const one = await run('all', command, { env: serviceEnvironment(database), memory: 'RssAnon' })
        peak = Math.max(peak, one.peak ?? 0)
        return count / one.seconds
      }
    const { ours, theirs, ratios } = await bench.alternate(
      measureRate(many, counts[0]),
      measureRate(few, counts[1]),
      Math.min(3, rounds),
    )
    const [a, b] = [ours, theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
    return {
      ratios,
      figures: `${a} against ${b} records/s; ${Math.round(peak)} MB of memory`,
      isWithin: peak > 0 && peak <= MAX_MEMORY,
    }
  },
}

/** Rows on links. */
export const LINKS: readonly Row[] = [suggest]
