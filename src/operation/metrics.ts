import type { FastifyInstance } from 'fastify'
import type { Histogram, Registry } from 'prom-client'

/** What is measured: how long requests took, and the process's own figures. */
interface Instruments {
  registry: Registry
  duration: Histogram
}

/** The metrics of one application: requests by route pattern, never by URL, and the process's own. */
export class Metrics {
  #instruments: Instruments | undefined
  #loading: Promise<Instruments> | undefined

  /** Every metric in the Prometheus text format, with its media type. */
  async render(): Promise<{ type: string; text: string }> {
    const { registry } = await this.#loaded()
    return { type: registry.contentType, text: await registry.metrics() }
  }

  /** Measures every response of an application. */
  observe(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const labels = {
        route: request.routeOptions.url ?? '(none)',
        method: request.method,
        status: reply.statusCode,
      }
      const seconds = reply.elapsedTime / 1000
      const { duration } = this.#instruments ?? (await this.#loaded())
      duration.observe(labels, seconds)
    })
  }

  /** The instruments are loaded after the first response: no client waits for them. */
  #loaded(): Promise<Instruments> {
    this.#loading ??= import('prom-client').then(({ collectDefaultMetrics, Histogram, Registry }) => {
      const registry = new Registry()
      collectDefaultMetrics({ register: registry })
      const duration = new Histogram({
        name: 'http_request_duration_seconds',
        help: 'Duration of HTTP requests by route pattern, method and status.',
        labelNames: ['route', 'method', 'status'],
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
        registers: [registry],
      })
      this.#instruments = { registry, duration }
      return this.#instruments
    })
    return this.#loading
  }
}
