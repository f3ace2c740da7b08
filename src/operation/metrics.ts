import type { FastifyInstance } from 'fastify'
import type { Histogram, MetricObject, Registry } from 'prom-client'
import type { Peers } from './peers.ts'

/** What is measured: how long requests took, and the process's own figures. */
interface Instruments {
  registry: Registry
  duration: Histogram
}

/** The metrics of one application: requests by route pattern, never by URL, and the process's own. */
export class Metrics {
  #instruments: Instruments | undefined
  #loading: Promise<Instruments> | undefined

  constructor(private readonly peers?: Peers) {
    peers?.answerMetrics(() => this.#own())
  }

  /** Every metric in the Prometheus text format, with its media type; added up over all processes that answer. */
  async render(): Promise<{ type: string; text: string }> {
    let { registry } = await this.#loaded()
    if (this.peers) {
      const [{ AggregatorRegistry }, own, others] = await Promise.all([
        import('prom-client'),
        this.#own(),
        this.peers.metrics(),
      ])
      registry = AggregatorRegistry.aggregate([own, ...others])
    }
    return { type: registry.contentType, text: await registry.metrics() }
  }

  async #own(): Promise<MetricObject[]> {
    const { registry } = await this.#loaded()
    return registry.getMetricsAsJSON()
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
