import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism } from 'node:os'

/** Why a row cannot be measured here. It is shown in the table, and never passes. */
export class NotMeasured extends Error {}

/** The core that servers and tools are held to, or both of them. */
export type Core = 'server' | 'all'

const HAS_TASKSET = spawnSync('taskset', ['--version']).status === 0

/** Whether servers have core 0 and the generator of the load core 1; else the reason why not. */
export const UNPINNED = !HAS_TASKSET
  ? 'there is no taskset here'
  : availableParallelism() < 2
    ? 'this machine has one core'
    : null

/** Holds this process, which asks the questions, to core 1. */
export function pinSelf(): void {
  if (!UNPINNED) spawnSync('taskset', ['-acp', '1', String(process.pid)])
}

const children = new Set<ChildProcess>()
const folders = new Set<string>()

/** A folder that goes when this process does, however it ends. */
export function removeAtEnd(folder: string): string {
  folders.add(folder)
  return folder
}

/** Ends every child by its id and removes what was written. */
export function cleanUp(): void {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Starts a command on its core. `taskset` becomes the command, so that the id is the command's own. */
export function start(
  core: Core,
  [file = '', ...args]: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const cores = core === 'server' ? '0' : `0-${availableParallelism() - 1}`
  const [command, rest] = UNPINNED ? [file, args] : ['taskset', ['-c', cores, file, ...args]]
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  children.add(child)
  child.on('exit', () => children.delete(child))
  return child
}

/** How a command ended: in so many seconds, with so much memory at most (MB; null where /proc is missing). */
export interface Run {
  seconds: number
  peak: number | null
}

/**
 * Runs a command to its end.
 * @throws Error with the end of what it wrote to standard error
 */
export async function run(core: Core, command: readonly string[], options: SpawnOptions = {}): Promise<Run> {
  const began = performance.now()
  const child = start(core, command, options)
  const errors = lastOf(child)
  let peak: number | null = null
  const watch = setInterval(() => {
    peak = memoryOf(child, 'VmHWM') ?? peak
  }, 50)
  const code = await ended(child).finally(() => clearInterval(watch))
  if (code !== 0) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}: ${errors()}`)
  return { seconds: (performance.now() - began) / 1000, peak }
}

/** A figure of /proc/PID/status, in MB; null where there is none. */
export function memoryOf({ pid }: ChildProcess, figure: 'VmHWM' | 'RssAnon'): number | null {
  try {
    const found = new RegExp(`${figure}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found ? Number(found[1]) / 1024 : null
  } catch {
    return null
  }
}

/** A server that answers. */
export interface Server {
  port: number
  process: ChildProcess
  stop(): Promise<void>
}

/**
 * Starts a server and waits until a path of it is answered with 200.
 * @throws Error when the port is taken, when the server ends or when it does not answer within a minute
 */
export async function serve(
  core: Core,
  command: readonly string[],
  { port, path, ...options }: SpawnOptions & { port: number; path: string },
): Promise<Server> {
  await refuseTaken(port)
  const child = start(core, command, options)
  const errors = lastOf(child)
  const stop = async () => {
    const end = ended(child)
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await end
    clearTimeout(late)
  }
  let hasEnded = false
  ended(child).then(
    () => {
      hasEnded = true
    },
    () => {
      hasEnded = true
    },
  )
  const limit = performance.now() + 60_000
  while (!(await answers(`http://127.0.0.1:${port}${path}`))) {
    if (hasEnded) throw new Error(`${command.slice(0, 3).join(' ')} does not serve: ${errors()}`)
    if (performance.now() > limit) {
      await stop()
      throw new Error(`${command.slice(0, 3).join(' ')} does not answer ${path} with 200 within a minute`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { port, process: child, stop }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => null)
  await response?.arrayBuffer()
  return response?.status === 200
}

/** @throws Error when something listens on the port */
export async function refuseTaken(port: number): Promise<void> {
  const isTaken = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
  if (isTaken) throw new Error(`Port ${port} is taken: give another one with --port`)
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

/** The end of what a child writes to standard error. */
function lastOf(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-600)
  })
  return () => text.trim()
}
