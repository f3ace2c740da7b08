import { isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../records.ts'

/** How long a request may wait for results in all: less than the time after which the server closes an idle connection. */
const MAX_WAIT_MS = 50_000
/** Characters of the name of a client: a proxy may forward something else than an address. */
const MAX_CLIENT_LENGTH = 64

/** The caller of a request: one that goes away no longer waits. Most requests wait for nothing, and read none of this. */
export function callerOf(request: FastifyRequest): Caller {
  return new RequestCaller(request)
}

class RequestCaller implements Caller {
  readonly deadline = performance.now() + MAX_WAIT_MS
  readonly #request: FastifyRequest

  constructor(request: FastifyRequest) {
    this.#request = request
  }

  get client(): string {
    return clientOf(this.#request)
  }

  get signal(): AbortSignal {
    const { socket, signal } = this.#request
    // Made only now, it would not be aborted by what was before.
    return socket.destroyed ? AbortSignal.abort() : signal
  }
}

/** Names the client of a request: its IPv4 address, or the /64 of its IPv6 address, all of which one client can use. */
export function clientOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(ip)) return ip.slice(0, MAX_CLIENT_LENGTH)
  const [address = ''] = ip.split('%')
  const [before = [], after = []] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  const network = [...before, ...zeros, ...after].slice(0, 4).map((group) => parseInt(group, 16).toString(16))
  return `${network.join(':')}::/64`
}
