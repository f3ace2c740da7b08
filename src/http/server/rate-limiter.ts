import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { ServiceError } from '../../errors.ts'
import { clientOf } from '../requests/caller.ts'

/** What a client has used in the present window, and in how many milliseconds that ends. */
export interface RateUsage {
  used: number
  resetMs: number
}

/** Counts what clients use. */
export interface RateStore {
  /** Adds to what a client has used; zero reads it. */
  add(client: string, units: number): RateUsage
}

/** The length of a window, at whose end a client has its whole limit again. */
export const RATE_WINDOW_MS = 60_000
/** Maximum number of clients that are counted; beyond it, the count of the least recently seen one starts over. */
export const MAX_RATED_CLIENTS = 5000

/** Counts in this process. A client's window begins with its first request. */
export function createLocalRateStore(): RateStore {
  const counts = new LRUCache<string, number>({
    max: MAX_RATED_CLIENTS,
    ttl: RATE_WINDOW_MS,
    noUpdateTTL: true,
  })
  return {
    add(client, units) {
      const used = (counts.get(client) ?? 0) + units
      if (units > 0) counts.set(client, used)
      return { used, resetMs: used === 0 ? RATE_WINDOW_MS : counts.getRemainingTTL(client) }
    },
  }
}

/**
 * Limits what each client may use in a minute: one unit for any request, whatever becomes of it, and more for a
 * response that takes more (`config.cost` of its route).
 */
export class RateLimiter {
  /** @param limit units a minute for one client */
  constructor(
    private readonly limit: number,
    private readonly store: RateStore,
  ) {}

  /**
   * Charges a request one unit, also one that no route has.
   * @throws ServiceError rate_limited
   */
  chargeRequest(request: FastifyRequest, reply: FastifyReply): void {
    if (request.routeOptions.config.cost !== 0) this.#charge(request, reply, 1)
  }

  /** Charges the requests of a scope that get as far as their handler the rest of what they cost. */
  chargeHandling(app: FastifyInstance): void {
    app.addHook('preHandler', (request, reply, done) => {
      const { cost = 1 } = request.routeOptions.config
      // A client that has used nothing can make any request.
      const units = Math.min(typeof cost === 'number' ? cost : cost(request), this.limit)
      if (units > 1) this.#charge(request, reply, units - 1)
      done()
    })
  }

  /** @throws ServiceError rate_limited when the client has fewer units left, none of which are used then */
  #charge(request: FastifyRequest, reply: FastifyReply, units: number): void {
    const client = clientOf(request)
    const before = this.store.add(client, 0)
    const left = Math.max(0, this.limit - before.used)
    const isExceeded = units > left
    const { used, resetMs } = isExceeded ? before : this.store.add(client, units)
    const reset = Math.ceil(resetMs / 1000)
    reply
      .header('ratelimit-limit', this.limit)
      .header('ratelimit-remaining', isExceeded ? left : this.limit - used)
      .header('ratelimit-reset', reset)
    if (!isExceeded) return
    const uses =
      left === 0 ? 'All of them are used' : `This request needs ${units} more, and ${left} are left`
    throw new ServiceError(
      'rate_limited',
      `A client may use ${this.limit} units a minute. ${uses}. Wait ${reset} seconds.`,
      { headers: { 'retry-after': String(reset) } },
    )
  }
}
