import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeUcdpFile } from './ucdp-file.ts'

/**
 * Measures the import of a file shaped like UCDP GED against a bare `sqlite3 .import` of the same file, one
 * after the other in the same run. `npm run bench:import -- [ROWS] [ROUNDS]`; 1,000,000 rows and 3 rounds
 * unless told. Needs the sqlite3 shell and a build.
 */

const [rows = 1_000_000, rounds = 3] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-bench-'))
const file = join(folder, 'ged-synthetic.csv')

interface Run {
  seconds: number
  /** The largest resident size of the process, where the system tells it. */
  megabytes: number | null
}

/** Runs a command to its end. */
async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
  const started = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let megabytes: number | null = null
  const status = `/proc/${child.pid}/status`
  const watch = setInterval(() => {
    if (!existsSync(status)) return
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]
    if (peak) megabytes = Math.round(Number(peak) / 1024)
  }, 100)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  clearInterval(watch)
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, megabytes }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

try {
  await writeUcdpFile(file, rows)
  console.log(`${rows} rows, ${Math.round(statSync(file).size / 1e6)} MB`)
  const bare: Run[] = []
  const ours: Run[] = []
  for (let round = 0; round < rounds; round += 1) {
    const paths = { bare: join(folder, `bare-${round}.db`), ours: join(folder, `ours-${round}.db`) }
    bare.push(await run('sqlite3', [paths.bare, `.import --csv ${file} events`]))
    ours.push(
      await run(process.execPath, ['dist/cli/main.js', 'import', file], {
        DATABASE_URL: `sqlite:${paths.ours}`,
      }),
    )
    const size = Math.round(statSync(paths.ours).size / 1e6)
    console.log(
      `round ${round + 1}: sqlite3 .import ${bare.at(-1)?.seconds.toFixed(1)} s, incidents import ${ours.at(-1)?.seconds.toFixed(1)} s, ${ours.at(-1)?.megabytes} MB of memory, ${size} MB of database`,
    )
    for (const path of Object.values(paths)) rmSync(path)
  }
  const [bareSeconds, ourSeconds] = [bare, ours].map((runs) => median(runs.map(({ seconds }) => seconds)))
  console.log(
    `incidents import: ${Math.round(rows / Number(ourSeconds))} rows/s; sqlite3 .import: ${Math.round(rows / Number(bareSeconds))} rows/s; ratio ${(Number(bareSeconds) / Number(ourSeconds)).toFixed(3)}`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
