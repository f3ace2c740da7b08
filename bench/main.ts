import { existsSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { Bench, type BenchOptions, type Row } from './bench.ts'
import { type Build, type BuildComparison, compareBuilds, renderBuildTable } from './builds.ts'
import { Data } from './data.ts'
import { checkPortFree, cleanUp, NotMeasured, pinSelf, UNPINNED } from './processes.ts'
import { type Result, renderPage, renderTable, summarize } from './results.ts'
import { ROWS } from './rows/all.ts'

/** The size of a run unless options say otherwise. */
const FULL = { rows: 1_000_000, rounds: 5, seconds: 2 }
const QUICK = { rows: 20_000, rounds: 3, seconds: 0.5 }
/** Rounds when two builds are compared: by chance, one row of a hundred is slower in all of seven. */
const BUILD_ROUNDS = 7

interface Options {
  quick?: true
  only?: string
  against?: string
  rows?: number
  rounds?: number
  seconds?: number
  database?: string
  larger?: string
  out?: string
  port: number
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return Number(text)
}

function parseSeconds(text: string): number {
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It must be a number above 0, such as 0.5.')
  return Number(text)
}

function selectRows({ only, quick, against }: Options): readonly Row[] {
  if (only === undefined)
    return ROWS.filter((row) => !(quick && row.isLeftOutOfQuick) && !(against && row.ourSideIsThatOf))
  return only.split(',').map((name) => {
    const row = ROWS.find((one) => one.name === name.trim())
    if (!row) throw new Error(`There is no row ${name}; there are ${ROWS.map((one) => one.name).join(', ')}`)
    return row
  })
}

/** Reports an error and fails the run, unless this machine only lacks a program. */
function reportError(error: Error): void {
  if (error instanceof NotMeasured) return
  process.stderr.write(`${error.stack}\n`)
  process.exitCode = 1
}

function createBuild(options: BenchOptions, log: (text: string) => void, shared?: Data): Build {
  return { options, data: new Data(options, log, shared) }
}

async function measureRow(bench: Bench, row: Row): Promise<Result> {
  try {
    return { row, measurement: await row.measure(bench) }
  } catch (error) {
    reportError(error as Error)
    return { row, measurement: null, reason: (error as Error).message }
  }
}

async function compareRow(row: Row, builds: readonly [Build, Build], log: (text: string) => void) {
  try {
    return await compareBuilds(row, builds, log)
  } catch (error) {
    reportError(error as Error)
    return { name: row.name, ratios: [], isSlower: false, figures: `failed: ${(error as Error).message}` }
  }
}

const results: Result[] = []
const comparisons: BuildComparison[] = []

function printTables(): void {
  if (results.length > 0) process.stdout.write(`${renderTable(results)}\n`)
  if (comparisons.length > 0) process.stdout.write(`${renderBuildTable(comparisons)}\n`)
}

async function main(options: Options): Promise<void> {
  const { against, out } = options
  for (const folder of against === undefined ? ['.'] : ['.', against])
    if (!existsSync(join(folder, 'dist/cli/main.js')))
      throw new Error(`There is no build in ${folder}: run npm run build there`)
  const rows = selectRows(options)
  for (const file of [options.database, options.larger])
    if (file !== undefined && !existsSync(file)) throw new Error(`There is no database ${file}`)
  const size = {
    ...(options.quick ? QUICK : FULL),
    ...(against !== undefined && { rounds: BUILD_ROUNDS }),
    ...options,
  }
  const ports = against === undefined ? 2 : 4
  for (let port = size.port; port < size.port + ports; port += 1) await checkPortFree(port)
  if (UNPINNED) process.stderr.write(`Servers are not pinned to a core: ${UNPINNED}\n`)
  const [busy = 0] = loadavg()
  if (busy > 0.5)
    process.stderr.write(`This machine is busy (load average ${busy.toFixed(1)}): ratios will scatter\n`)
  pinSelf()

  const began = performance.now()
  let position = ''
  const log = (text: string) => {
    const seconds = Math.round((performance.now() - began) / 1000)
    process.stderr.write(`${String(seconds).padStart(5)} s  ${position}: ${text}\n`)
  }
  const ours = createBuild({ ...size, folder: '.' }, log)
  const theirs =
    against === undefined
      ? null
      : createBuild({ ...size, folder: against, port: size.port + 2 }, log, ours.data)
  for (const [index, row] of rows.entries()) {
    position = `${row.name} (${index + 1} of ${rows.length})`
    if (theirs) {
      const comparison = await compareRow(row, [ours, theirs], log)
      comparisons.push(comparison)
      log(comparison.figures)
    } else {
      const result = await measureRow(new Bench(ours.options, ours.data, log), row)
      results.push(result)
      log(result.measurement ? `ratio ${summarize(result).ratio}` : `not measured: ${result.reason}`)
    }
  }
  printTables()
  const json = `${JSON.stringify(theirs ? comparisons : results.map(summarize), null, 2)}\n`
  if (out) writeFileSync(out, json)
  if (!(theirs || options.quick || options.only || options.rows || options.rounds || options.seconds)) {
    const records = await ours.data.records()
    writeFileSync(new URL('RESULTS.md', import.meta.url), renderPage(results, { ...size, records, busy }))
    writeFileSync(new URL('results.json', import.meta.url), json)
  }
}

const program = new Command('npm run bench --')
  .description(
    'Measures the service against what a user would pick instead, or against another build of it. All rows at full size take about an hour and 40 GB below TMPDIR, and are written to bench/RESULTS.md and bench/results.json; any other choice is only printed.',
  )
  .option(
    '--quick',
    'a few minutes: 20,000 records and short rounds, without the rows that need a browser or packages from the network',
  )
  .option(
    '--against <checkout>',
    'compare with the build in dist/ of another checkout: the two take turns, and the ratio of their speeds is printed for each row (above 1, this one is faster)',
  )
  .option(
    '--only <names>',
    `rows to measure, separated by commas: ${ROWS.map(({ name }) => name).join(', ')}`,
  )
  .option('--rows <count>', `number of records to make (${FULL.rows}; ${QUICK.rows} when quick)`, parseCount)
  .option(
    '--rounds <count>',
    `how often the two sides take turns (${FULL.rounds}; ${QUICK.rounds} when quick; ${BUILD_ROUNDS} with --against)`,
    parseCount,
  )
  .option(
    '--seconds <seconds>',
    `length of the load on one side in one round, such as 0.5 (${FULL.seconds}; ${QUICK.seconds} when quick)`,
    parseSeconds,
  )
  .option(
    '--database <file>',
    'a database filled before, from a file of the same kind; it is served as it is',
  )
  .option('--larger <file>', 'one with four times as many records, for the row scale')
  .option('--out <file>', 'a file to write the ratios to, as JSON')
  .option('--port <port>', 'the first of two ports on 127.0.0.1 (of four with --against)', parseCount, 3987)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    cleanUp()
    // Print the rows that have been measured.
    printTables()
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
