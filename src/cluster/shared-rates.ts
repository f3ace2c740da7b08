import { LRUCache } from 'lru-cache'
import type { ClusterClient } from './client.ts'

/** So often processes tell each other what they counted, in milliseconds. */
const SYNC_INTERVAL_MS = 200
/** Clients that are counted at once; beyond it those seen longest ago begin anew. */
const MAX_CLIENTS = 5000

/** What @fastify/rate-limit wants to know of a client. */
interface Rate {
  current: number
  /** Milliseconds until the window is over. */
  ttl: number
}

/**
 * Counts each client's requests over all processes, as a store of @fastify/rate-limit. Each counts by itself and
 * tells the others a few times a second: asking for every request would cost more than most answers. A client may
 * so exceed its limit by what it asks of several processes within {@link SYNC_INTERVAL_MS}.
 */
export function sharedRates(peers: ClusterClient) {
  let window = 0
  const counts = new LRUCache<string, number>({ max: MAX_CLIENTS })
  const pendingDeltas = new Map<string, number>()

  /** All processes count by windows of the same clock. */
  const enter = (present: number) => {
    if (present <= window) return
    window = present
    counts.clear()
    pendingDeltas.clear()
  }
  const add = (client: string, requests: number) => {
    const sum = (counts.get(client) ?? 0) + requests
    counts.set(client, sum)
    return sum
  }

  peers.onRates((rates) => {
    enter(rates.window)
    if (rates.window === window) for (const [client, requests] of rates.counts) add(client, requests)
  })
  setInterval(() => {
    if (pendingDeltas.size > 0)
      void peers.send({ type: 'rates', rates: { window, counts: [...pendingDeltas] } })
    pendingDeltas.clear()
  }, SYNC_INTERVAL_MS).unref()

  return class {
    incr(client: string, callback: (error: Error | null, rate?: Rate) => void, length: number): void {
      const now = Date.now()
      enter(Math.floor(now / length))
      pendingDeltas.set(client, (pendingDeltas.get(client) ?? 0) + 1)
      callback(null, { current: add(client, 1), ttl: (window + 1) * length - now })
    }

    child() {
      return this
    }
  }
}
