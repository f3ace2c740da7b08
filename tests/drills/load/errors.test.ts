import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { expectUnnoticed, observe } from '../../support/drill.ts'
import { type Server, setUpServers } from '../../support/process.ts'

const { seededPath, serve } = setUpServers({ RATE_LIMIT: 'off' })
let server: Server

beforeAll(async () => {
  server = await serve(await seededPath())
})

/** A list of as many wrong values as a URL holds. */
const WRONG_FIELDS = `/v1/incidents?fields=${'x,'.repeat(3900)}x`

/** Sends a request on a connection that never reads the response. */
function sendUnread(url: string) {
  const { hostname, port } = new URL(server.origin)
  const socket = connect(Number(port), hostname).on('error', () => {})
  socket.pause()
  socket.write(`GET ${url} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  return socket
}

test('400 requests for thousands of wrong values, 40 at a time', async () => {
  const observed = await observe('errors', server, async () => {
    for (let round = 0; round < 10; round += 1)
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          const response = await fetch(`${server.origin}${WRONG_FIELDS}`)
          expect(response.status).toBe(400)
          expect((await response.text()).length).toBeLessThan(64_000)
        }),
      )
  })
  expectUnnoticed(observed)
  expect(observed.peak.memory - observed.before.memory).toBeLessThan(100)
})

test('60 responses to wrong values that are never read', async () => {
  const observed = await observe('unread errors', server, async () => {
    const sockets = Array.from({ length: 60 }, () => sendUnread(WRONG_FIELDS))
    await setTimeout(3000)
    for (const socket of sockets) socket.destroy()
  })
  expectUnnoticed(observed)
  expect(observed.peak.memory - observed.before.memory).toBeLessThan(100)
  expect(observed.after.descriptors).toBeLessThanOrEqual(observed.before.descriptors + 2)
})
