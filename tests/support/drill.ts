import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { type Server, startIncidents } from './process.ts'
import { createSeededDatabase, shareFile } from './shared-files.ts'

/** What all processes of a server use. */
export interface Usage {
  /** Resident memory in megabytes. */
  memory: number
  descriptors: number
}

/** What another client of a server noticed of a drill, and what the server used. */
export interface Observation {
  /** The slowest response to the other client in milliseconds, before the drill and during it. */
  idle: number
  slowest: number
  /** Number of its responses during the drill, and those that were not 200. */
  responses: number
  failures: string[]
  before: Usage
  peak: Usage
  after: Usage
}

interface BystanderReport {
  slowest: number
  responses: number
  failures: string[]
}

/** How long the other client is measured before the drill, and the server is left alone after it, in milliseconds. */
const IDLE_MS = 1500
const REST_MS = 700
const SAMPLING_INTERVAL_MS = 50
/**
 * An idle machine answers within a few milliseconds, and whatever else it does then takes longer than ten times that:
 * a wait below ten times this many milliseconds is not noticed.
 */
const MIN_IDLE_MS = 15

/** Does something to a server while another client requests one record by its id, and prints what that noticed. */
export async function observe(
  name: string,
  server: Server,
  work: () => Promise<unknown>,
  path = '/v1/incidents/seed:samarra-2017-01-02',
): Promise<Observation> {
  const { pid = 0 } = server.process
  const bystander = new Worker(new URL('bystander.js', import.meta.url), {
    workerData: { url: `${server.origin}${path}` },
  })
  const takeReport = () =>
    new Promise<BystanderReport>((resolve, reject) => {
      bystander.once('message', resolve)
      bystander.once('error', reject)
      bystander.postMessage('report')
    })
  // The first responses are slower: the server reads the record, and both load code.
  await setTimeout(500)
  await takeReport()
  await setTimeout(IDLE_MS)
  const { slowest: idle } = await takeReport()
  const before = readUsage(pid)
  const peak = { ...before }
  const sampler = setInterval(() => {
    const { memory, descriptors } = readUsage(pid)
    peak.memory = Math.max(peak.memory, memory)
    peak.descriptors = Math.max(peak.descriptors, descriptors)
  }, SAMPLING_INTERVAL_MS)
  let noticed: BystanderReport
  try {
    await work()
    noticed = await takeReport()
  } finally {
    clearInterval(sampler)
    await bystander.terminate()
  }
  await setTimeout(REST_MS)
  const observation = { idle, ...noticed, before, peak, after: readUsage(pid) }
  print(name, observation)
  return observation
}

/** Asserts that the other client was served all the time, and within ten times its slowest response before. */
export function expectUnnoticed({ idle, slowest, failures }: Observation): void {
  expect(failures, 'responses to another client that were not 200').toEqual([])
  expect(slowest, 'its slowest response in milliseconds').toBeLessThan(10 * Math.max(idle, MIN_IDLE_MS))
}

function print(name: string, { idle, slowest, responses, before, peak, after }: Observation): void {
  const list = (key: keyof Usage) => [before, peak, after].map((usage) => Math.round(usage[key])).join(' → ')
  console.log(
    `${name}: another client's slowest of ${responses} responses ${slowest.toFixed(1)} ms (idle ${idle.toFixed(1)} ms); ` +
      `memory ${list('memory')} MB; descriptors ${list('descriptors')}`,
  )
}

/** Prints how a server ended: its exit code or signal, and its last line. */
export async function printEnd(name: string, server: Server): Promise<void> {
  const { stdout, stderr } = await server.ended
  const [last = '(nothing)'] = `${stdout}${stderr}`.trimEnd().split('\n').slice(-1)
  const { exitCode, signalCode } = server.process
  console.log(`${name}: ended with ${signalCode ?? exitCode}; last line: ${last.slice(0, 300)}`)
}

/** Reads what a process and its children use, from /proc; zero where there is none. */
export function readUsage(pid: number): Usage {
  const usage = { memory: 0, descriptors: 0 }
  for (const each of [pid, ...listChildren(pid)]) {
    try {
      const status = readFileSync(`/proc/${each}/status`, 'utf8')
      usage.memory += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
      usage.descriptors += readdirSync(`/proc/${each}/fd`).length
    } catch {
      // It has ended.
    }
  }
  return usage
}

/** Lists the children of a process. */
export function listChildren(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Creates a database with the seed and many invented records, which drills share as long as they only read it. */
export const createLargeDatabase = (rows = 60_000) =>
  shareFile(`large-${rows}.db`, async (path) => {
    const file = join(path, '..', 'ged.csv')
    copyFileSync(await createSeededDatabase(), path)
    await writeUcdpFile(file, rows)
    const { code, stderr } = await startIncidents(['import', file], {
      env: { DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: 'silent' },
      limit: 300_000,
    }).ended
    if (code !== 0) throw new Error(stderr)
  })
