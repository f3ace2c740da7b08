import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The reason why a row cannot be measured on this machine; the table shows it, and the row misses its target. */
export class NotMeasured extends Error {}

/** Core 0, which servers and tools are pinned to, core 1, which generates load, or all cores. */
export type Core = 'server' | 'load' | 'all'

/** Counted before this process is pinned to one core: after that, only that one is available to it. */
const CORES = availableParallelism()

const HAS_TASKSET = spawnSync('taskset', ['--version']).status === 0

/** The reason why servers are not pinned to core 0 and the load generator to core 1; null when they are. */
export const UNPINNED = !HAS_TASKSET
  ? 'there is no taskset here'
  : CORES < 2
    ? 'this machine has one core'
    : null

/** Pins this process, which generates the load, to core 1. */
export function pinSelf(): void {
  if (!UNPINNED) spawnSync('taskset', ['-acp', '1', String(process.pid)])
}

/** The path of a program in peers/. */
export function peerPath(name: string): string {
  return fileURLToPath(new URL(`peers/${name}`, import.meta.url))
}

const children = new Set<ChildProcess>()
const folders = new Set<string>()

/** Registers a folder for removal at the end of this process, and returns it. */
export function removeAtEnd(folder: string): string {
  folders.add(folder)
  return folder
}

/** Kills every child process by its id and removes the registered folders. */
export function cleanUp(): void {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Starts a command on its core. `taskset` executes the command in its place, so the process id is the command's. */
export function start(
  core: Core,
  [file = '', ...args]: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const cores = { server: '0', load: '1', all: `0-${CORES - 1}` }[core]
  const [command, rest] = UNPINNED ? [file, args] : ['taskset', ['-c', cores, file, ...args]]
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  children.add(child)
  child.on('exit', () => children.delete(child))
  return child
}

/**
 * Duration of a command and its peak of resident memory in MB (null if there is no /proc), with the pages of mapped files
 * unless `memory` is RssAnon.
 */
export interface Run {
  seconds: number
  peak: number | null
}

/**
 * Runs a command to its end.
 * @throws Error with the end of what it wrote to standard error
 */
export async function run(
  core: Core,
  command: readonly string[],
  options: SpawnOptions & { memory?: 'VmHWM' | 'RssAnon' } = {},
): Promise<Run> {
  const began = performance.now()
  const child = start(core, command, options)
  const errors = keepLastErrors(child)
  let peak: number | null = null
  const watch = setInterval(() => {
    const now = readMemory(child, options.memory ?? 'VmHWM')
    if (now !== null) peak = Math.max(peak ?? 0, now)
  }, 50)
  const code = await waitForExit(child).finally(() => clearInterval(watch))
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}: ${errors()}`)
  return { seconds: (performance.now() - began) / 1000, peak }
}

/**
 * Runs a program to its end, pinned to the servers' core.
 * @throws NotMeasured if it is not installed
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Run> {
  try {
    return await run('server', [program, ...args], options)
  } catch (error) {
    const isMissing = /ENOENT|No such file|ended with 127/.test(String(error))
    throw isMissing ? new NotMeasured(`${program} is not on PATH`) : error
  }
}

/** Reads a figure of /proc/PID/status, in MB; null if there is no /proc. */
export function readMemory({ pid }: ChildProcess, figure: 'VmHWM' | 'RssAnon'): number | null {
  try {
    const found = new RegExp(`${figure}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found ? Number(found[1]) / 1024 : null
  } catch {
    return null
  }
}

/**
 * Reads the seconds of processor time that a process and its children have used.
 * @throws NotMeasured if there is no /proc
 */
export function readProcessorTime({ pid }: { pid?: number | undefined }): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    // After the name in parentheses: state, …, and as 12th and 13th the ticks in user mode and in the kernel.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const own = (Number(fields[11]) + Number(fields[12])) / TICKS
    return children.reduce((sum, child) => sum + readProcessorTime({ pid: Number(child) }), own)
  } catch {
    throw new NotMeasured('there is no /proc here')
  }
}

/** Ticks of a second in /proc (USER_HZ). */
const TICKS = 100

/** A running server. */
export interface Server {
  port: number
  process: ChildProcess
  stop(): Promise<void>
}

/**
 * Starts a server and waits until it responds with 200 to `path`.
 * @throws Error when the port is taken, when the server exits or when it does not respond within a minute
 */
export async function startServer(
  core: Core,
  command: readonly string[],
  { port, path, ...options }: SpawnOptions & { port: number; path: string },
): Promise<Server> {
  await checkPortFree(port)
  const child = start(core, command, options)
  const errors = keepLastErrors(child)
  const stop = async () => {
    const end = waitForExit(child)
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await end
    clearTimeout(late)
  }
  let hasEnded = false
  waitForExit(child).then(
    () => {
      hasEnded = true
    },
    () => {
      hasEnded = true
    },
  )
  const limit = performance.now() + 60_000
  while (!(await isServing(`http://127.0.0.1:${port}${path}`))) {
    if (hasEnded) throw new Error(`${command.slice(0, 3).join(' ')} does not serve: ${errors()}`)
    if (performance.now() > limit) {
      await stop()
      throw new Error(`${command.slice(0, 3).join(' ')} does not respond with 200 to ${path} within a minute`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { port, process: child, stop }
}

async function isServing(url: string): Promise<boolean> {
  const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => null)
  await response?.arrayBuffer()
  return response?.status === 200
}

/** @throws Error when something listens on the port */
export async function checkPortFree(port: number): Promise<void> {
  const isTaken = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
  if (isTaken) throw new Error(`Port ${port} is taken: give another one with --port`)
}

export function waitForExit(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

/** Collects the last 600 characters of a child's standard error. */
function keepLastErrors(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-600)
  })
  return () => text.trim()
}
