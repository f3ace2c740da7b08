import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { writeUcdpFile } from './ucdp-file.ts'

/**
 * Measures sums over a file shaped like UCDP GED, side by side in one run: by country and month against a plain
 * SQL scan of the same database, and how long a record by id takes while the slowest question is answered,
 * against idle. `npm run bench:stats -- [ROWS] [ROUNDS]`; 1,000,000 rows and 9 rounds unless told. Needs a build.
 * DATABASE names a database that was filled before.
 */

const [rows = 1_000_000, rounds = 9] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-bench-'))
const database = process.env.DATABASE ?? join(folder, 'incidents.db')
const PORT = '3987'
const origin = `http://127.0.0.1:${PORT}/v1`
const env = {
  ...process.env,
  DATABASE_URL: `sqlite:${database}`,
  RATE_LIMIT: 'off',
  LOG_LEVEL: 'silent',
  PORT,
}

/** The question that reads most: every record, each of its actors, every figure of every group. */
const SLOWEST = `${origin}/stats?group_by=actor,city,date&interval=day&expand=by_group&metrics=incidents,fatalities,injured`
const ROLLED_UP = `${origin}/stats?group_by=country,date&dataset=ucdp-ged`
const SCAN = `SELECT country_id, substr(date_start, 1, 7) AS month, count(*), sum(deaths_low), sum(deaths_best),
  sum(deaths_high) FROM incidents WHERE dataset = 'ucdp-ged' GROUP BY 1, 2 LIMIT 50`

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function get(url: string): Promise<void> {
  const response = await fetch(url)
  await response.arrayBuffer()
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
}

/** How long requests for single records take, one after the other with a little time between, for some seconds. */
async function byId(ids: readonly string[], seconds: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  for (let at = 0; performance.now() < end; at += 1) {
    times.push(await timed(() => get(`${origin}/incidents/${ids[at % ids.length]}`)))
    await setTimeout(1)
  }
  return times
}

function incidents(...args: string[]) {
  return spawn(process.execPath, ['dist/cli/main.js', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

try {
  if (!existsSync(database)) {
    const file = join(folder, 'ged-synthetic.csv')
    await writeUcdpFile(file, rows)
    await new Promise((resolve) => incidents('import', file).on('exit', resolve))
    rmSync(file)
  }
  const server = incidents('serve')
  try {
    while (!(await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => null))?.ok) await setTimeout(200)
    const plain = new Database(database, { readonly: true })
    plain.pragma('mmap_size = 2147483647')
    const scan = plain.prepare(SCAN)
    const times = { scan: [] as number[], rolledUp: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      times.scan.push(await timed(() => scan.all()))
      times.rolledUp.push(await timed(() => get(ROLLED_UP)))
    }
    const ids = plain
      .prepare('SELECT id FROM incidents ORDER BY random() LIMIT 2000')
      .pluck()
      .all() as string[]
    plain.close()
    const [scanned, rolledUp] = [quantile(times.scan, 0.5), quantile(times.rolledUp, 0.5)]
    console.log(
      `by country and month: plain scan ${scanned.toFixed(1)} ms, GET /v1/stats ${rolledUp.toFixed(1)} ms, ratio ${(scanned / rolledUp).toFixed(1)}`,
    )
    const p99 = { idle: [] as number[], busy: [] as number[] }
    for (let round = 0; round < Math.ceil(rounds / 3); round += 1) {
      p99.idle.push(quantile(await byId(ids, 5), 0.99))
      let isOver = false
      const slow = (async () => {
        while (!isOver) await get(SLOWEST)
      })()
      p99.busy.push(quantile(await byId(ids, 10), 0.99))
      isOver = true
      await slow
    }
    const [idle, busy] = [quantile(p99.idle, 0.5), quantile(p99.busy, 0.5)]
    console.log(
      `one record by id, 99th percentile: idle ${idle.toFixed(2)} ms, beside the slowest sums ${busy.toFixed(2)} ms, ratio ${(busy / idle).toFixed(2)}`,
    )
  } finally {
    server.kill('SIGTERM')
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
