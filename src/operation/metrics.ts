import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** The metrics of one application: requests by route pattern, never by URL, and the process's own. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route pattern, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.#registry],
  })

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Every metric in the Prometheus text format. */
  render(): Promise<string> {
    return this.#registry.metrics()
  }

  /** Measures every response of an application. */
  observe(app: FastifyInstance): void {
    // Routes, methods and statuses are few.
    const series = new Map<string, { observe: (seconds: number) => void }>()
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      const { url: route = '(none)' } = routeOptions
      const { statusCode: status } = reply
      const name = `${method} ${status} ${route}`
      let observed = series.get(name)
      if (!observed) {
        observed = this.#duration.labels({ route, method, status })
        series.set(name, observed)
      }
      observed.observe(reply.elapsedTime / 1000)
      done()
    })
  }
}
