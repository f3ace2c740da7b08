import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../records.ts'

/** How long a request may wait for results in all: less than the time after which the server closes an idle connection. */
const MAX_WAIT_MS = 50_000

/** The caller of a request: clients differ by their address, and one that goes away no longer waits. */
export function callerOf({ ip, signal }: FastifyRequest): Caller {
  return { client: ip, signal, deadline: performance.now() + MAX_WAIT_MS }
}
