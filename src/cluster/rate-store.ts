import { LRUCache } from 'lru-cache'
import { MAX_RATED_CLIENTS, RATE_WINDOW_MS, type RateStore } from '../http/server/rate-limiter.ts'
import type { ClusterClient } from './client.ts'

/** How often a worker sends its counts to the others, in milliseconds. */
const SYNC_INTERVAL_MS = 200

/**
 * Counts what each client uses over all workers. Each worker counts by itself and sends its counts to the others at an
 * interval: a message per request would cost more than most responses. A client can therefore exceed its limit by what
 * it requests of several workers within {@link SYNC_INTERVAL_MS}.
 */
export function createRateStore(client: ClusterClient): RateStore {
  let window = 0
  const counts = new LRUCache<string, number>({ max: MAX_RATED_CLIENTS })
  const pendingDeltas = new Map<string, number>()

  /** Resets the counts when a window begins; all workers count by windows of the same clock. */
  const enterWindow = (current: number) => {
    if (current <= window) return
    window = current
    counts.clear()
    pendingDeltas.clear()
  }
  const add = (key: string, units: number) => {
    const sum = (counts.get(key) ?? 0) + units
    if (units > 0) counts.set(key, sum)
    return sum
  }

  client.onRates((rates) => {
    enterWindow(rates.window)
    if (rates.window === window) for (const [key, units] of rates.counts) add(key, units)
  })
  setInterval(() => {
    if (pendingDeltas.size > 0)
      void client.send({ type: 'rates', rates: { window, counts: [...pendingDeltas] } })
    pendingDeltas.clear()
  }, SYNC_INTERVAL_MS).unref()

  return {
    add(key, units) {
      const now = Date.now()
      enterWindow(Math.floor(now / RATE_WINDOW_MS))
      if (units > 0) pendingDeltas.set(key, (pendingDeltas.get(key) ?? 0) + units)
      return { used: add(key, units), resetMs: (window + 1) * RATE_WINDOW_MS - now }
    },
  }
}
