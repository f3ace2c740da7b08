import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import Database from 'better-sqlite3'
import type { Measurement, Row, Target } from './bench.ts'
import { NOTES } from './notes.ts'
import { UNPINNED } from './processes.ts'
import { median } from './statistics.ts'

/** A row with what was measured, or with the reason why it was not. */
export interface Result {
  row: Row
  measurement: Measurement | null
  reason?: string
}

/** What is kept of a row for programs: the median ratio, null where it was not measured, which never holds. */
export interface Summary {
  name: string
  ratio: number | null
  target: number
  holds: boolean
}

/** A row in short. */
export function summary({ row: { name, target }, measurement }: Result): Summary {
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

/** The table of results. */
export function table(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const { row, measurement, reason } = result
    const { ratio, holds } = summary(result)
    const all = measurement?.ratios ?? []
    return measurement && ratio !== null
      ? [
          row.name,
          row.what,
          number(ratio),
          `${number(Math.min(...all))}–${number(Math.max(...all))} (${all.length})`,
          targetText(row.target),
          holds ? 'yes' : '**no**',
          measurement.figures,
        ]
      : [row.name, row.what, '–', '–', targetText(row.target), '**not measured**', reason ?? '']
  })
  return [
    ['row', 'what', 'ratio', 'least–most (rounds)', 'target', 'holds', 'medians of the sides'],
    Array.from({ length: 7 }, () => '---'),
    ...lines,
  ]
    .map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n')
}

/** How it was measured: `busy` is the load of the machine (of its last minute) before it began. */
interface How {
  records: number
  rounds: number
  seconds: number
  busy: number
}

/** The page RESULTS.md. */
export function page(results: readonly Result[], how: How): string {
  const missed = results.filter((result) => !summary(result).holds)
  const notes = missed.map(({ row, reason }) => {
    return `- **${row.name}**: ${reason ? `not measured: ${reason}. ` : ''}${NOTES[row.name] ?? 'No note yet.'}`
  })
  return `# Results

\`npm run bench\` writes this page: do not edit it. Notes on rows are in [notes.ts](notes.ts).

${machine()}

## Method

${method(how)}

## Rows

${table(results)}
${notes.length > 0 ? `\n## What does not hold, and why\n\n${notes.join('\n')}\n` : ''}`
}

function machine(): string {
  const [cpu] = cpus()
  const database = new Database(':memory:')
  const sqlite = database.prepare('SELECT sqlite_version()').pluck().get()
  database.close()
  const date = new Date().toISOString().slice(0, 10)
  const shell = version('sqlite3', ['--version'])
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return `${date}, ${cpu?.model ?? 'a processor'}, ${cpus().length} cores, ${memory} GiB of memory, ${process.platform}, Node ${process.versions.node}, SQLite ${sqlite} (better-sqlite3), ${shell ? `sqlite3 shell ${shell.split(' ')[0]}` : 'no sqlite3 shell'}.`
}

function version(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return null
  }
}

function method({ records, rounds, seconds, busy }: How): string {
  const pinning = UNPINNED
    ? `Servers and the generator of the load share the cores, because ${UNPINNED}.`
    : 'The server has core 0, and what asks has core 1 (`taskset`), except where a row says otherwise.'
  return `Every figure is a ratio of two sides measured in this one run on ${records.toLocaleString('en')} made-up records (\`ucdp-file.ts\`: the same in every run). The sides take turns, ${rounds} rounds of ${seconds} s after a warm-up, or fewer where a round is long; each round gives one ratio, and the row their median with the least and the most. ${pinning} The load of the machine was ${busy.toFixed(1)} before. Throughput is asked for on 8 connections over loopback, latency on one. Hundreds of different questions are asked in turn, of a server that keeps no answers (\`RESPONSE_CACHE=0\`) where the row says so. The constant answer is one of the real answers, the one whose size is nearest to their mean, as a text that Fastify sends without plugins. Where another server is asked for the same page, the dates of its records must be the same, or the row is not measured.`
}

function targetText(target: Target): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`
}

function number(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
