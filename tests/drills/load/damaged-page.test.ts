import { copyFileSync, statSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { createUcdpDatabase, damage } from '../../support/database.ts'
import { expectUnnoticed, observe, printEnd } from '../../support/drill.ts'
import { runIncidents, type Server, setUpServers } from '../../support/process.ts'

const { newPath, serve } = setUpServers({ RATE_LIMIT: 'off' })
const PAGE_BYTES = 8192
let path: string
let ids: string[]

const list = async (server: Server) => {
  const response = await fetch(`${server.origin}/v1/incidents?format=ndjson&fields=id`)
  return (await response.text())
    .split('\n')
    .filter(Boolean)
    .map((line): string => JSON.parse(line).id)
}

beforeAll(async () => {
  path = newPath()
  copyFileSync(await createUcdpDatabase('iraq'), path)
  const whole = await serve(path)
  ids = await list(whole)
  whole.process.kill('SIGTERM')
  await whole.ended
  // Three pages in the middle of the file, where the records are.
  const middle = Math.floor(statSync(path).size / PAGE_BYTES / 2) * PAGE_BYTES
  damage(path, middle, middle + 3 * PAGE_BYTES)
}, 120_000)

test('damaged pages fail the requests that read them, and no others', async () => {
  const server = await serve(path)
  const statuses: Record<number, number> = {}
  const observed = await observe('damaged pages', server, async () => {
    for (let at = 0; at < ids.length; at += 20) {
      const some = ids.slice(at, at + 20).map(async (id) => {
        const response = await fetch(`${server.origin}/v1/incidents/${encodeURIComponent(id)}`)
        const body = (await response.json()) as { id?: string; code?: string }
        if (response.status === 200) expect(body.id).toBe(id)
        else expect(body.code).toBe('internal_error')
        statuses[response.status] = (statuses[response.status] ?? 0) + 1
      })
      await Promise.all(some)
    }
    // A stream that reaches a damaged page is aborted.
    for (const url of ['/v1/stats', '/v1/facets', '/v1/incidents?format=csv', '/v1/incidents?q=mosul'])
      await fetch(`${server.origin}${url}`)
        .then((response) => response.text())
        .catch(() => '')
  })
  expectUnnoticed(observed)
  console.log(`responses by status: ${JSON.stringify(statuses)}`)
  expect(statuses[200]).toBeGreaterThan(0.9 * ids.length)
  expect(statuses[500] ?? 0).toBeGreaterThan(0)
  server.process.kill('SIGTERM')
  expect(await server.ended).toMatchObject({ code: 0, stderr: '' })
  await printEnd('damaged pages', server)
  const { code, stdout, stderr } = await runIncidents(['check'], { env: { DATABASE_URL: `sqlite:${path}` } })
  expect(code).toBe(1)
  expect(stdout + stderr).toMatch(/is damaged/)
}, 120_000)
