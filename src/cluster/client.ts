import type { PeerMetrics } from '../operation/metrics.ts'
import type { FromPrimary, FromWorker, RateCounts } from './messages.ts'

/** A worker's connection to the primary process and, through it, to the other workers. */
export class ClusterClient implements PeerMetrics {
  #lastId = 0
  readonly #pending = new Map<number, (parts: object[][]) => void>()
  #readOwnMetrics: () => Promise<object[]> = async () => []
  #onRates: (rates: RateCounts) => void = () => {}

  constructor(events: {
    ready: (identity: string) => void
    unavailable: (reason: string) => void
    drain: () => void
  }) {
    process.on('message', (message: FromPrimary) => {
      switch (message.type) {
        case 'ready':
          events.ready(message.identity)
          break
        case 'unavailable':
          events.unavailable(message.reason)
          break
        case 'drain':
          events.drain()
          break
        case 'ping':
          void this.send({ type: 'pong' })
          break
        case 'rates':
          this.#onRates(message.rates)
          break
        case 'metrics-requested': {
          const { requester, id } = message
          void this.#readOwnMetrics().then((metrics) =>
            this.send({ type: 'metrics', requester, id, metrics }),
          )
          break
        }
        case 'metrics-collected':
          this.#pending.get(message.id)?.(message.parts)
          this.#pending.delete(message.id)
      }
    })
  }

  /** Sends a message to the primary process; resolves when it is sent, or when the primary is gone. */
  send(message: FromWorker): Promise<void> {
    return new Promise((resolve) => {
      if (!process.send?.(message, undefined, {}, () => resolve())) resolve()
    })
  }

  onMetricsRequest(readOwn: () => Promise<object[]>): void {
    this.#readOwnMetrics = readOwn
  }

  requestMetrics(): Promise<object[][]> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      this.#pending.set(id, resolve)
      void this.send({ type: 'metrics-requested', id })
    })
  }

  /** Registers the handler of what other workers counted. */
  onRates(handle: (rates: RateCounts) => void): void {
    this.#onRates = handle
  }
}
