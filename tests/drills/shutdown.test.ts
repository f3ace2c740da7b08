import { Agent, get } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { printEnd } from '../support/drill.ts'
import { setUpServers } from '../support/process.ts'

const { seededPath, serve } = setUpServers({ RATE_LIMIT: 'off' })

/** Rounds of one server each; a race shows in a few of a hundred connections. */
const ROUNDS = 6
const CLIENTS = 16

/** How a request ended: its status, or the code of the error and whether its connection had served another. */
type Outcome = { status: number } | { error: string; isReused: boolean }

function request(url: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const sent = get(url, { agent }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0 }))
      response.on('error', (error) => resolve({ error: error.message, isReused: sent.reusedSocket }))
    })
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ error: error.code ?? error.message, isReused: sent.reusedSocket }),
    )
  })
}

test.each(['1', '2'])(
  'no kept connection is reset at SIGTERM, with PROCESSES=%s',
  async (PROCESSES) => {
    const counts: Record<string, number> = {}
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = await serve(await seededPath(), { PROCESSES })
      let isOver = false
      const clients = Array.from({ length: CLIENTS }, async (_, index) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 })
        while (!isOver) {
          const outcome = await request(`${server.origin}/v1/incidents?limit=1`, agent)
          const key =
            'status' in outcome ? outcome.status : `${outcome.error} ${outcome.isReused ? 'reused' : 'new'}`
          counts[key] = (counts[key] ?? 0) + 1
          // Some ask again at once, others after a pause, in which their connections are idle; all wait after a 503.
          const isRejected = 'status' in outcome && outcome.status === 503
          await setTimeout(isRejected ? 100 : index % 4 === 0 ? 0 : index * 3)
          // The server is gone.
          if ('error' in outcome) break
        }
        agent.destroy()
      })
      await setTimeout(300)
      server.process.kill('SIGTERM')
      expect(await server.ended).toMatchObject({ code: 0 })
      isOver = true
      await Promise.all(clients)
      if (round === 0) await printEnd('shutdown', server)
    }
    console.log(`outcomes with PROCESSES=${PROCESSES}: ${JSON.stringify(counts)}`)
    const { 200: served, 503: rejected, ...others } = counts
    // A new connection may reach a port that is being closed: the kernel resets it before the server sees it.
    const { 'ECONNREFUSED new': _refused, 'ECONNRESET new': _reset, ...failures } = others
    expect(failures).toEqual({})
    expect(served).toBeGreaterThan(100)
    expect(rejected).toBeGreaterThan(0)
  },
  120_000,
)
