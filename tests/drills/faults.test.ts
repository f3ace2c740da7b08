import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { listChildren, printEnd, readUsage } from '../support/drill.ts'
import { type Server, setUpServers } from '../support/process.ts'

const { seededPath, serve } = setUpServers({ RATE_LIMIT: 'off' })

describe.each(['1', '2'])('of %s processes', (PROCESSES) => {
  test.each(['SIGBUS', 'SIGSEGV', 'SIGFPE', 'SIGILL', 'SIGABRT'] as const)(
    'one that gets %s ends with it',
    async (signal) => {
      const server = await serve(await seededPath(), { PROCESSES })
      const pids = [server.process.pid ?? 0, ...listChildren(server.process.pid ?? 0)]
      server.process.kill(signal)
      await waitForEnd(`${signal}, PROCESSES=${PROCESSES}`, server)
      expect(server.process.signalCode).toBe(signal)
      await waitUntil(() => !pids.some(isAlive))
    },
  )
})

test('a process that no longer responds is killed and replaced', async () => {
  const server = await serve(await seededPath(), { PROCESSES: '2' })
  const children = listChildren(server.process.pid ?? 0)
  const [stopped = 0] = children
  process.kill(stopped, 'SIGSTOP')
  await waitUntil(() => !isAlive(stopped))
  await waitUntil(() => listChildren(server.process.pid ?? 0).length === 2)
  expect(server.output.stdout).toContain('A process does not respond: it is killed')
  expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
  server.process.kill('SIGTERM')
  await waitForEnd('stopped process', server)
  expect(server.process.exitCode).toBe(0)
})

/** Prints how a server ended, and what it used before. */
async function waitForEnd(name: string, server: Server): Promise<void> {
  const { memory, descriptors } = readUsage(server.process.pid ?? 0)
  await printEnd(`${name}: ${memory.toFixed(0)} MB, ${descriptors} descriptors`, server)
}

async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await setTimeout(50)
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
