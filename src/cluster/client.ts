import type { FromPrimary, FromWorker, Rates } from './messages.ts'

/** The other processes that answer on the same port, as one of them sees them: through the primary process. */
export class ClusterClient {
  #asked = 0
  readonly #waiting = new Map<number, (parts: object[][]) => void>()
  #ownMetrics: () => Promise<object[]> = async () => []
  #heard: (rates: Rates) => void = () => {}

  constructor(events: { ready: () => void; drain: () => void }) {
    process.on('message', (message: FromPrimary) => {
      switch (message.type) {
        case 'ready':
        case 'drain':
          events[message.type]()
          break
        case 'rates':
          this.#heard(message.rates)
          break
        case 'metrics-asked': {
          const { asker, id } = message
          void this.#ownMetrics().then((metrics) => this.send({ type: 'metrics', asker, id, metrics }))
          break
        }
        case 'metrics-gathered':
          this.#waiting.get(message.id)?.(message.parts)
          this.#waiting.delete(message.id)
      }
    })
  }

  /** Tells the primary process; resolves when it is sent, or cannot be any more. */
  send(message: FromWorker): Promise<void> {
    return new Promise((resolve) => {
      if (!process.send?.(message, undefined, {}, () => resolve())) resolve()
    })
  }

  /** How this process answers when another asks for its metrics. */
  answerMetrics(own: () => Promise<object[]>): void {
    this.#ownMetrics = own
  }

  /** The metrics of every other process. */
  metrics(): Promise<object[][]> {
    this.#asked += 1
    const id = this.#asked
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      void this.send({ type: 'metrics-asked', id })
    })
  }

  /** What to do with requests that others counted. */
  onRates(heard: (rates: Rates) => void): void {
    this.#heard = heard
  }
}
