import { existsSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { Bench, type Row } from './bench.ts'
import { cleanUp, NotMeasured, pinSelf, refuseTaken, UNPINNED } from './processes.ts'
import { page, type Result, summary, table } from './results.ts'
import { EXPLORER } from './rows/explorer.ts'
import { EXPORTS } from './rows/exports.ts'
import { LOADING } from './rows/loading.ts'
import { OPERATION } from './rows/operation.ts'
import { OTHERS } from './rows/others.ts'
import { PAGES } from './rows/pages.ts'
import { SEARCH } from './rows/search.ts'

/** Every row, in the order in which they are measured and shown. */
const ROWS: readonly Row[] = [
  ...PAGES,
  ...OTHERS,
  ...SEARCH,
  ...EXPORTS,
  ...OPERATION,
  ...EXPLORER,
  ...LOADING,
]

/** How much is measured unless options tell. */
const FULL = { rows: 1_000_000, rounds: 5, seconds: 2 }
const QUICK = { rows: 100_000, rounds: 3, seconds: 0.7 }

interface Options {
  quick?: true
  only?: string
  rows?: number
  rounds?: number
  seconds?: number
  database?: string
  larger?: string
  out?: string
  port: number
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return Number(text)
}

function chosen({ only, quick }: Options): readonly Row[] {
  if (only === undefined) return quick ? ROWS.filter(({ isQuick }) => isQuick) : ROWS
  return only.split(',').map((name) => {
    const row = ROWS.find((one) => one.name === name.trim())
    if (!row) throw new Error(`There is no row ${name}; there are ${ROWS.map((one) => one.name).join(', ')}`)
    return row
  })
}

async function measured(bench: Bench, row: Row): Promise<Result> {
  try {
    return { row, measurement: await row.measure(bench) }
  } catch (error) {
    const reason = (error as Error).message
    // What cannot be measured here is expected; anything else should be looked at.
    if (!(error instanceof NotMeasured)) {
      process.stderr.write(`${(error as Error).stack}\n`)
      process.exitCode = 1
    }
    return { row, measurement: null, reason }
  }
}

const results: Result[] = []

async function main(options: Options): Promise<void> {
  if (!existsSync('dist/cli/main.js')) throw new Error('There is no build here: run npm run build')
  const rows = chosen(options)
  for (const file of [options.database, options.larger])
    if (file !== undefined && !existsSync(file)) throw new Error(`There is no database ${file}`)
  const how = { ...(options.quick ? QUICK : FULL), ...options }
  for (const port of [how.port, how.port + 1]) await refuseTaken(port)
  if (UNPINNED) process.stderr.write(`Servers are not held to a core: ${UNPINNED}\n`)
  const [busy = 0] = loadavg()
  if (busy > 0.5)
    process.stderr.write(`Others work on this machine (load ${busy.toFixed(1)}): ratios will scatter\n`)
  pinSelf()
  const began = performance.now()
  let place = ''
  const bench = new Bench(how, (text) => {
    const seconds = Math.round((performance.now() - began) / 1000)
    process.stderr.write(`${String(seconds).padStart(5)} s  ${place}: ${text}\n`)
  })
  for (const [index, row] of rows.entries()) {
    place = `${row.name} (${index + 1} of ${rows.length})`
    const result = await measured(bench, row)
    results.push(result)
    bench.say(result.measurement ? `ratio ${summary(result).ratio}` : `not measured: ${result.reason}`)
  }
  process.stdout.write(`${table(results)}\n`)
  const json = `${JSON.stringify(results.map(summary), null, 2)}\n`
  if (options.out) writeFileSync(options.out, json)
  if (!(options.quick || options.only || options.rows || options.rounds || options.seconds)) {
    const records = await bench.data.records()
    writeFileSync(new URL('RESULTS.md', import.meta.url), page(results, { ...how, records, busy }))
    writeFileSync(new URL('results.json', import.meta.url), json)
  }
}

const program = new Command('npm run bench --')
  .description(
    'Measures the service beside what a user would pick instead. All rows at full size take about an hour and 40 GB below TMPDIR, and are written to bench/RESULTS.md and bench/results.json; any other choice is only printed.',
  )
  .option('--quick', 'fewer rows on 100,000 records, in about a minute')
  .option(
    '--only <names>',
    `rows to measure, separated by commas: ${ROWS.map(({ name }) => name).join(', ')}`,
  )
  .option('--rows <count>', `how many records to make (${FULL.rows}; ${QUICK.rows} when quick)`, count)
  .option('--rounds <count>', `how often the two sides take turns (${FULL.rounds}; ${QUICK.rounds})`, count)
  .option(
    '--seconds <count>',
    `how long one side is asked in a round (${FULL.seconds}; ${QUICK.seconds})`,
    count,
  )
  .option('--database <file>', 'a database that was filled before, from such a file; it is served as it is')
  .option('--larger <file>', 'one with four times as many records, for the row scale')
  .option('--out <file>', 'where to write the ratios as JSON too')
  .option('--port <port>', 'the first of two ports on 127.0.0.1', count, 3987)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    cleanUp()
    // What was measured until now is not lost.
    if (results.length > 0) process.stdout.write(`${table(results)}\n`)
    process.exit(130)
  })
try {
  await main(program.parse().opts<Options>())
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  cleanUp()
}
