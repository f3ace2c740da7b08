import { type ChildProcess, fork, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { createSeededDatabase } from './shared-files.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const HOST = fileURLToPath(new URL('command-host.js', import.meta.url))

/** Time after which a command is killed, in milliseconds. */
const LIMIT = 50_000

/** Time after which a server that the tests did not stop is killed, in milliseconds: longer than any test file takes. */
const SERVER_LIMIT = 600_000

/** Options for running a command. Of the tests' environment it gets only PATH. */
export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  uid?: number
  /** Time after which it is killed, in milliseconds; {@link LIMIT} by default. */
  limit?: number
  /** The content of its standard input. */
  input?: Buffer
  /** The largest file that it may write, in bytes: larger writes fail, as on a full disk. */
  largestFile?: number
  /** The number of files and connections that it may have open. */
  maxDescriptors?: number
}

/** The exit code and output of a command. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** A running command. */
export interface RunningCommand {
  process: ChildProcess
  /** Its output so far. */
  output: { stdout: string; stderr: string }
  ended: Promise<Outcome>
}

/** Starts `incidents` as a process, from dist/ as when it is installed. */
export function startIncidents(
  args: readonly string[],
  { env = {}, cwd = tmpdir(), uid, limit = LIMIT, largestFile, maxDescriptors, input }: RunOptions = {},
): RunningCommand {
  const command = [process.execPath, MAIN, ...args]
  const limits = [
    // POSIX counts in blocks of 512 bytes.
    ...(largestFile === undefined ? [] : [`ulimit -f ${Math.floor(largestFile / 512)};`]),
    ...(maxDescriptors === undefined ? [] : [`ulimit -n ${maxDescriptors};`]),
  ]
  const limited = ['sh', '-c', `${limits.join(' ')} exec "$@"`, 'sh', ...command]
  const [file = '', ...rest] = limits.length === 0 ? command : limited
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

/** Runs `incidents` in its own process. */
export function runProcess(args: readonly string[], options?: RunOptions): Promise<Outcome> {
  return startIncidents(args, options).ended
}

/**
 * Runs `incidents` in a process that is reused for the next command, unless the options require a new one. For tests
 * of what a command does and writes, not of how its process behaves.
 */
export function runIncidents(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { env = {}, cwd = tmpdir(), input, ...process } = options
  if (args[0] === 'serve' || Object.keys(process).length > 0) return runProcess(args, options)
  host ??= new CommandHost()
  return host.run({ args, env, cwd, input })
}

/** The process that runs commands one after the other. */
class CommandHost {
  readonly #process = fork(HOST, { serialization: 'advanced', execArgv: [] })
  readonly #waiting = new Map<number, { resolve(outcome: Outcome): void; reject(cause: Error): void }>()
  #last = 0

  constructor() {
    // It does not keep the tests from ending.
    this.#process.unref()
    this.#process.channel?.unref()
    this.#process.on('message', ({ id, outcome }: { id: number; outcome: Outcome }) => {
      this.#waiting.get(id)?.resolve(outcome)
      this.#waiting.delete(id)
    })
    this.#process.on('exit', (code, signal) => {
      host = undefined
      for (const { reject } of this.#waiting.values())
        reject(new Error(`The command host ended with ${code ?? signal}`))
    })
  }

  run(command: Pick<RunOptions, 'env' | 'cwd'> & { args: readonly string[]; input: Buffer | undefined }) {
    this.#last += 1
    const id = this.#last
    return new Promise<Outcome>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#process.send({ id, ...command })
    })
  }
}

let host: CommandHost | undefined

/** A running `incidents serve`. */
export interface Server extends RunningCommand {
  origin: string
}

/** Starts `incidents serve` on a free port; resolves when it logs that it is ready. */
export async function startServer(
  env: Record<string, string>,
  { limit = SERVER_LIMIT, ...options }: Pick<RunOptions, 'limit' | 'maxDescriptors'> = {},
): Promise<Server> {
  const running = startIncidents(['serve'], { env: { PORT: '0', ...env }, limit, ...options })
  const origin = await new Promise<string>((resolve, reject) => {
    running.process.stdout?.on('data', () => {
      const [, found] = /Ready\. Documentation: (\S+)\/docs/.exec(running.output.stdout) ?? []
      if (found) resolve(found)
    })
    running.ended.then(({ code, stderr }) => reject(new Error(`serve ended with ${code}: ${stderr}`)), reject)
  })
  return { ...running, origin }
}

/** Sets up servers and databases for one test file, and removes them after its tests. */
export function setUpServers(settings: Record<string, string> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  const started: Server[] = []
  afterAll(async () => {
    for (const { process } of started) process.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    rmSync(root, { recursive: true, force: true })
  })
  return {
    /** Returns the path of a missing database in a new folder. */
    newPath: () => join(mkdtempSync(join(root, 'case-')), 'incidents.db'),
    /** Copies the database with the seed to a new folder. */
    async seededPath(): Promise<string> {
      const path = join(mkdtempSync(join(root, 'case-')), 'incidents.db')
      copyFileSync(await createSeededDatabase(), path)
      return path
    },
    /** Starts a server on a database. */
    async serve(
      path: string,
      env: Record<string, string> = {},
      options: Pick<RunOptions, 'maxDescriptors'> = {},
    ): Promise<Server> {
      const server = await startServer({ DATABASE_URL: `sqlite:${path}`, ...settings, ...env }, options)
      started.push(server)
      return server
    },
  }
}

/** Waits until a condition holds. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await setTimeout(20)
}

/** Whether a process runs; one that was killed counts until its parent has noticed. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
