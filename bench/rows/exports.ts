import { type Bench, type Measurement, type Row, withServers } from '../bench.ts'
import { sqlite } from '../data.ts'
import { drain } from '../load.ts'
import { memoryOf, NotMeasured } from '../processes.ts'
import { median } from '../statistics.ts'

/** Rows a second of an export over HTTP to a reader that discards, against the sqlite3 shell writing to nowhere. */
async function againstShell(bench: Bench, format: 'csv' | 'ndjson', option: string): Promise<Measurement> {
  const [flat, records] = [await bench.data.flat(), await bench.data.records()]
  return withServers([() => bench.ours()], async (server) => {
    const { ours, theirs, ratios } = await bench.rounds(
      async () => records / (await drain({ port: server.port, path: exportPath(format) })).seconds,
      async () => records / (await sqlite(flat, [option, '-header', 'SELECT * FROM incidents'])).seconds,
    )
    const [a, b] = [ours, theirs].map((rates) => Math.round(median(rates)).toLocaleString('en'))
    return { ratios, figures: `${a} against ${b} rows/s` }
  })
}

/** Everything in one answer. */
export function exportPath(format: 'csv' | 'ndjson'): string {
  return `/v1/incidents?format=${format}`
}

const csv: Row = {
  name: 'export-csv',
  what: 'everything as CSV over HTTP against `sqlite3 -csv` of the same columns in a flat table',
  target: { atLeast: 1 },
  measure: (bench) => againstShell(bench, 'csv', '-csv'),
}

const ndjson: Row = {
  name: 'export-ndjson',
  what: 'everything as NDJSON over HTTP against `sqlite3 -json` of the flat table',
  target: { atLeast: 2.5 },
  measure: (bench) => againstShell(bench, 'ndjson', '-json'),
}

const memory: Row = {
  name: 'export-memory',
  what: "the server's own resident memory (without the pages of the mapped file) at the end of an export against at a tenth of it",
  target: { atMost: 1.2 },
  async measure(bench) {
    const path = exportPath('ndjson')
    const whole = await withServers([() => bench.ours()], ({ port }) => drain({ port, path }))
    const sides: { ends: number[]; tenths: number[] } = { ends: [], tenths: [] }
    // A fresh server each time: one that has exported before has its memory already.
    for (let round = 1; round <= Math.min(3, bench.options.rounds); round += 1) {
      bench.say(`round ${round}`)
      await withServers([() => bench.ours()], async ({ port, process }) => {
        let tenth: number | null = null
        let end: number | null = null
        await drain({ port, path }, (bytes) => {
          end = memoryOf(process, 'RssAnon')
          if (bytes >= whole.bytes / 10) tenth ??= end
        })
        if (tenth === null || end === null) throw new NotMeasured('there is no /proc here')
        sides.tenths.push(tenth)
        sides.ends.push(end)
      })
    }
    return {
      ratios: sides.ends.map((end, round) => end / (sides.tenths[round] ?? Number.NaN)),
      figures: `${Math.round(median(sides.ends))} against ${Math.round(median(sides.tenths))} MB`,
    }
  },
}

/** Exports of everything. */
export const EXPORTS: readonly Row[] = [csv, ndjson, memory]
