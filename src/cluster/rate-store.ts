import type { FastifyRateLimitStore, FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import { LRUCache } from 'lru-cache'
import type { ClusterClient } from './client.ts'

/** How often a worker sends its counts to the others, in milliseconds. */
const SYNC_INTERVAL_MS = 200
/** Maximum number of clients that are counted; beyond it, the count of the least recently seen one starts over. */
const MAX_CLIENTS = 5000

/**
 * Builds a store of @fastify/rate-limit that counts each client's requests over all workers. Each worker counts by
 * itself and sends its counts to the others at an interval: a message per request would cost more than most responses.
 * A client can therefore exceed its limit by what it requests of several workers within {@link SYNC_INTERVAL_MS}.
 */
export function createRateStore(client: ClusterClient): FastifyRateLimitStoreCtor {
  let window = 0
  const counts = new LRUCache<string, number>({ max: MAX_CLIENTS })
  const pendingDeltas = new Map<string, number>()

  /** Resets the counts when a window begins; all workers count by windows of the same clock. */
  const enterWindow = (current: number) => {
    if (current <= window) return
    window = current
    counts.clear()
    pendingDeltas.clear()
  }
  const add = (key: string, requests: number) => {
    const sum = (counts.get(key) ?? 0) + requests
    counts.set(key, sum)
    return sum
  }

  client.onRates((rates) => {
    enterWindow(rates.window)
    if (rates.window === window) for (const [key, requests] of rates.counts) add(key, requests)
  })
  setInterval(() => {
    if (pendingDeltas.size > 0)
      void client.send({ type: 'rates', rates: { window, counts: [...pendingDeltas] } })
    pendingDeltas.clear()
  }, SYNC_INTERVAL_MS).unref()

  return class implements FastifyRateLimitStore {
    incr(key: string, callback: Parameters<FastifyRateLimitStore['incr']>[1], windowLength: number): void {
      const now = Date.now()
      enterWindow(Math.floor(now / windowLength))
      pendingDeltas.set(key, (pendingDeltas.get(key) ?? 0) + 1)
      callback(null, { current: add(key, 1), ttl: (window + 1) * windowLength - now })
    }

    child() {
      return this
    }
  }
}
