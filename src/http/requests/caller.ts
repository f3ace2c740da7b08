import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../records.ts'

/** The caller of a request: clients differ by their address, and one that goes away no longer waits. */
export function callerOf({ ip, signal }: FastifyRequest): Caller {
  return { client: ip, signal }
}
