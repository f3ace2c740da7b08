import type { FastifyInstance } from 'fastify'
import type { Histogram, MetricObject, Registry } from 'prom-client'
import type { ClusterClient } from '../cluster/client.ts'

/** What is measured: how long requests took, and the process's own figures. */
interface MetricInstruments {
  registry: Registry
  duration: Histogram
}

/** What takes one more duration, in seconds. */
interface Observed {
  observe(seconds: number): void
}

/** The metrics of one application: requests by route pattern, never by URL, and the process's own. */
export class Metrics {
  #loading: Promise<MetricInstruments> | undefined

  constructor(private readonly peers?: ClusterClient) {
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
    // Routes, methods and statuses are few.
    const series = new Map<string, Observed>()
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      const { url: route = '(none)' } = routeOptions
      const { statusCode: status, elapsedTime } = reply
      const name = `${method} ${status} ${route}`
      const known = series.get(name)
      if (known) known.observe(elapsedTime / 1000)
      else
        void this.#loaded().then(({ duration }) => {
          const observed = duration.labels({ route, method, status })
          series.set(name, observed)
          observed.observe(elapsedTime / 1000)
        })
      done()
    })
  }

  /** The instruments are loaded after the first response: no client waits for them. */
  #loaded(): Promise<MetricInstruments> {
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
      return { registry, duration }
    })
    return this.#loading
  }
}
