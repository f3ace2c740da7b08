import { type ChildProcess, fork, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { seededDatabase } from './shared-files.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const HOST = fileURLToPath(new URL('command-host.js', import.meta.url))

/** How long any command may take before it is killed, in milliseconds. */
const LIMIT = 50_000

/** How long a server may run where the tests do not end it, in milliseconds: longer than its test file takes. */
const SERVER_LIMIT = 600_000

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

/** Starts `incidents` as a process, as it is installed: from dist/. */
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

/** Runs `incidents` to its end, as a process that ends with it. */
export function runProcess(args: readonly string[], circumstances?: Circumstances): Promise<Outcome> {
  return startIncidents(args, circumstances).ended
}

/**
 * Runs `incidents` to its end, in a process that is kept for the next command unless the circumstances require
 * a new one: for what a command does and writes, not for how its process behaves.
 */
export function incidents(args: readonly string[], circumstances: Circumstances = {}): Promise<Outcome> {
  const { env = {}, cwd = tmpdir(), input, ...process } = circumstances
  if (args[0] === 'serve' || Object.keys(process).length > 0) return runProcess(args, circumstances)
  host ??= new CommandHost()
  return host.run({ args, env, cwd, input })
}

/** The process in which commands are run one after the other. */
class CommandHost {
  readonly #process = fork(HOST, { serialization: 'advanced', execArgv: [] })
  readonly #waiting = new Map<number, { resolve(outcome: Outcome): void; reject(cause: Error): void }>()
  #last = 0

  constructor() {
    // It ends with the tests.
    this.#process.unref()
    this.#process.channel?.unref()
    this.#process.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
      this.#waiting.get(id)?.resolve(outcome)
      this.#waiting.delete(id)
    })
    this.#process.on('exit', (code) => {
      host = undefined
      for (const { reject } of this.#waiting.values())
        reject(new Error(`The command host ended with ${code}`))
    })
  }

  run(command: Pick<Circumstances, 'env' | 'cwd'> & { args: readonly string[]; input: Buffer | undefined }) {
    this.#last += 1
    const id = this.#last
    return new Promise<Outcome>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, ...command })
    })
  }
}

let host: CommandHost | undefined

/** A serving process. */
export interface Server extends Running {
  origin: string
}

/** Starts `incidents serve` on a free port; resolves when it says that it is ready. */
export async function startServer(env: Record<string, string>, limit = SERVER_LIMIT): Promise<Server> {
  const running = startIncidents(['serve'], { env: { PORT: '0', ...env }, limit })
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
    /** The path of a database to be made, in a new folder of its own. */
    newPath: () => join(mkdtempSync(join(root, 'case-')), 'incidents.db'),
    /** A copy of the database with the seed, in a new folder of its own. */
    async seededPath(): Promise<string> {
      const path = join(mkdtempSync(join(root, 'case-')), 'incidents.db')
      copyFileSync(await seededDatabase(), path)
      return path
    },
    /** Starts a server on a database. */
    async serve(path: string, env: Record<string, string> = {}): Promise<Server> {
      const server = await startServer({ DATABASE_URL: `sqlite:${path}`, ...settings, ...env })
      started.push(server)
      return server
    },
  }
}
