import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** How long any command may take before it is killed, in milliseconds. */
const LIMIT = 50_000

/** How a command is run: nothing of the tests' own environment but PATH reaches it. */
export interface Circumstances {
  env?: Record<string, string>
  cwd?: string
  uid?: number
  /** How long it may take, in milliseconds, where that is not the {@link LIMIT}. */
  limit?: number
  /** What it reads from standard input. */
  input?: Buffer
  /** The largest file that it may write, in bytes: beyond it every write fails, as on a disk that is full. */
  largestFile?: number
}

/** How a command ended and what it wrote. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** A command while it runs. */
export interface Running {
  process: ChildProcess
  /** What it has written so far. */
  output: { stdout: string; stderr: string }
  ended: Promise<Outcome>
}

/** Starts `incidents` as a process, as it is installed: from dist/, which `npm test` builds. */
export function startIncidents(
  args: readonly string[],
  { env = {}, cwd = tmpdir(), uid, limit = LIMIT, largestFile, input }: Circumstances = {},
): Running {
  const command = [process.execPath, MAIN, ...args]
  // POSIX counts in blocks of 512 bytes.
  const limited = [
    'sh',
    '-c',
    `ulimit -f ${Math.floor((largestFile ?? 0) / 512)}; exec "$@"`,
    'sh',
    ...command,
  ]
  const [file = '', ...rest] = largestFile === undefined ? command : limited
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    timeout: limit,
    killSignal: 'SIGKILL',
    ...(uid !== undefined && { uid, gid: uid }),
  })
  if (input) child.stdin.end(input)
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...output }))
  })
  return { process: child, output, ended }
}

/** Runs `incidents` to its end. */
export function incidents(args: readonly string[], circumstances?: Circumstances): Promise<Outcome> {
  return startIncidents(args, circumstances).ended
}

/** A serving process. */
export interface Server extends Running {
  origin: string
}

/** Starts `incidents serve` on a free port; resolves when it says that it is ready. */
export async function startServer(env: Record<string, string>, limit?: number): Promise<Server> {
  const running = startIncidents(['serve'], { env: { PORT: '0', ...env }, ...(limit && { limit }) })
  const origin = await new Promise<string>((resolve, reject) => {
    running.process.stdout?.on('data', () => {
      const [, found] = /Ready\. Documentation: (\S+)\/docs/.exec(running.output.stdout) ?? []
      if (found) resolve(found)
    })
    running.ended.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)), reject)
  })
  return { ...running, origin }
}

/** Servers and databases of one file of tests: they are gone when its tests are. */
export function servers(settings: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  const started: Server[] = []
  afterAll(async () => {
    for (const { process } of started) process.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    rmSync(root, { recursive: true, force: true })
  })
  return {
    /** A database path in a new folder of its own. */
    newPath: () => join(mkdtempSync(join(root, 'case-')), 'incidents.db'),
    /** Starts a server on a database. */
    async serve(path: string, env: Record<string, string> = {}): Promise<Server> {
      const server = await startServer({ DATABASE_URL: `sqlite:${path}`, ...settings, ...env })
      started.push(server)
      return server
    },
  }
}
