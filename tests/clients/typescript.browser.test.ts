import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, launchBrowser } from '../support/browser.ts'
import { type Service, startService } from '../support/service.ts'

const CLIENT = join(import.meta.dirname, '../../clients/typescript/src/index.ts')

describe.skipIf(!hasBrowser)('in a page of another origin, the TypeScript client', () => {
  let service: Service
  let site: Server
  let origin: string
  beforeAll(async () => {
    service = await startService()
    const { outputFiles } = await build({ entryPoints: [CLIENT], bundle: true, format: 'esm', write: false })
    const script = outputFiles[0]?.text
    site = createServer(({ url }, response) => {
      const isScript = url === '/client.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(
        isScript ? script : '<!doctype html><title>Another site</title><link rel="icon" href="data:,">',
      )
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    site.close()
    await service.close()
  })
  const open = launchBrowser(() => origin)

  test('gets, validates, streams, and reads hints and problems', async () => {
    const { page } = await open()
    const statuses: number[] = []
    page.on('response', (response) => {
      if (response.url().startsWith(service.origin) && response.request().method() === 'GET')
        statuses.push(response.status())
    })
    await page.goto(origin)
    const result = await page.evaluate(`import('/client.js').then(async ({ ConflictIncidents }) => {
      const client = new ConflictIncidents({ baseUrl: '${service.origin}' })
      const ids = []
      for (const _ of [1, 2])
        for await (const { id } of client.items('/v1/incidents', { query: { sort: 'date' } })) ids.push(id)
      const streamed = []
      const stream = await client.stream('/v1/incidents', { query: { sort: 'date' } })
      for await (const { id } of stream) streamed.push(id)
      const { hints } = await client.stream('/v1/incidents', { query: { city: ['Bagdad'] } })
      const { code, requestId } = await client.get('/v1/tolls/{id}', { path: { id: 'none' } }).catch((error) => error)
      return { ids, streamed, suggestions: hints[0].suggestions, code, requestId }
    })`)
    const ids = (result as { streamed: string[] }).streamed
    expect(ids).toHaveLength(3)
    expect(result).toEqual({
      ids: [...ids, ...ids],
      streamed: ids,
      suggestions: ['Baghdad'],
      code: 'record_not_found',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect(statuses).toEqual([200, 304, 200, 200, 404])
  })
})
