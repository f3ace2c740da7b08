import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import bindings from '@duckdb/node-bindings/package.json' with { type: 'json' }
import { Sqlite } from '../src/storage/sqlite/database/better-sqlite3.ts'
import type { Measurement, Row, Target } from './bench.ts'
import { NOTES } from './notes.ts'
import { UNPINNED } from './processes.ts'
import { median } from './statistics.ts'

/** A row with its measurement, or the reason why it is missing. */
export interface Result {
  row: Row
  measurement: Measurement | null
  reason?: string
}

/** A row for programs: the median ratio, or null if it was not measured, which always misses the target. */
export interface Summary {
  name: string
  ratio: number | null
  target: number
  holds: boolean
}

/** Compares the median ratio of a row, to four digits, with its target. */
export function summarize({ row: { name, target }, measurement }: Result): Summary {
  const bound = 'atLeast' in target ? target.atLeast : target.atMost
  const middle = measurement ? median(measurement.ratios) : Number.NaN
  const reaches = 'atLeast' in target ? middle >= bound : middle <= bound
  return {
    name,
    ratio: Number.isNaN(middle) ? null : Number(middle.toPrecision(4)),
    target: bound,
    holds: reaches && (measurement?.isWithin ?? true),
  }
}

/** Renders the results as a Markdown table. */
export function renderTable(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const { row, measurement, reason } = result
    const { ratio, holds } = summarize(result)
    return measurement && ratio !== null
      ? [
          row.name,
          row.comparison,
          formatNumber(ratio),
          formatRange(measurement.ratios),
          formatTarget(row.target),
          holds ? 'yes' : '**no**',
          measurement.figures,
        ]
      : [row.name, row.comparison, '–', '–', formatTarget(row.target), '**not measured**', reason ?? '']
  })
  return renderCells([
    ['row', 'comparison', 'ratio', 'min–max (rounds)', 'target', 'holds', 'medians of the sides'],
    ...lines,
  ])
}

/** Renders a Markdown table whose first line is the header. */
export function renderCells([header = [], ...lines]: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...lines]
    .map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n')
}

/** The size of the run; `busy` is the load average of the last minute before it began. */
interface RunInfo {
  records: number
  rounds: number
  seconds: number
  busy: number
}

/** Renders RESULTS.md. */
export function renderPage(results: readonly Result[], run: RunInfo): string {
  const missed = results.filter((result) => !summarize(result).holds)
  const notes = missed.map(({ row, reason }) => {
    return `- **${row.name}**: ${reason ? `not measured: ${reason}. ` : ''}${NOTES[row.name] ?? 'No note yet.'}`
  })
  return `# Results

\`npm run bench\` writes this page: do not edit it. Notes on rows are in [notes.ts](notes.ts).

${describeMachine()}

## Method

${describeMethod(run)}

## Rows

${renderTable(results)}
${notes.length > 0 ? `\n## Rows below their target, and why\n\n${notes.join('\n')}\n` : ''}`
}

function describeMachine(): string {
  const [cpu] = cpus()
  const database = new Sqlite(':memory:')
  const sqlite = database.prepare('SELECT sqlite_version()').pluck().get()
  database.close()
  const date = new Date().toISOString().slice(0, 10)
  const shell = readVersion('sqlite3', ['--version'])
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return `${date}, ${cpu?.model ?? 'a processor'}, ${cpus().length} cores, ${memory} GiB of memory, ${process.platform}, Node ${process.versions.node}, SQLite ${sqlite} (better-sqlite3), DuckDB ${bindings.version}, ${shell ? `sqlite3 shell ${shell.split(' ')[0]}` : 'no sqlite3 shell'}.`
}

function readVersion(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

function describeMethod({ records, rounds, seconds, busy }: RunInfo): string {
  const pinning = UNPINNED
    ? `Servers and the load generator share the cores, because ${UNPINNED}.`
    : 'The server has core 0 and the load generator core 1 (`taskset`), unless a row says otherwise.'
  return `Every figure is a ratio of two sides measured in this one run on ${records.toLocaleString('en')} made-up records (\`ucdp-file.ts\`: the same in every run). The sides take turns, ${rounds} rounds of ${seconds} s after a warm-up, or fewer where a round is long; each round gives one ratio, and the row shows their median, minimum and maximum. ${pinning} The load average of the machine was ${busy.toFixed(1)} before. Throughput is measured on 8 connections over loopback, latency on one. Hundreds of different requests are sent in turn, to a server that caches no responses (\`RESPONSE_CACHE=0\`) where the row says so. The constant is one of the real responses, the one whose size is nearest to their mean, as a text that Fastify sends without plugins. Where another server serves the same page, the dates of its records must be the same, or the row is not measured.`
}

function formatTarget(target: Target): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`
}

/** Renders minimum, maximum and number of the ratios of a row. */
export function formatRange(ratios: readonly number[]): string {
  return `${formatNumber(Math.min(...ratios))}–${formatNumber(Math.max(...ratios))} (${ratios.length})`
}

/** Renders a number to three digits, or whole from 1,000 on. */
export function formatNumber(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
