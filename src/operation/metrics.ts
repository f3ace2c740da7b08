import type { FastifyInstance } from 'fastify'
import type { Histogram, Gauge as MetricGauge, MetricObject, Registry } from 'prom-client'
import type { MetricSource } from './metric-sources.ts'

/** The metrics of the other processes that serve on the same port. */
export interface PeerMetrics {
  /** Registers how this process reads its own metrics when another one requests them. */
  onMetricsRequest(readOwn: () => Promise<object[]>): void
  /** Requests the metrics of every other process. */
  requestMetrics(): Promise<object[][]>
}

interface Instruments {
  registry: Registry
  duration: Histogram
}

/** Loaded with the first response, since it takes 60 ms of a start. */
async function createInstruments(sources: readonly MetricSource[]): Promise<Instruments> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests by route pattern, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  for (const { name, help, type, labelNames = [], aggregator, read } of sources) {
    const options = {
      ...{ name, help, labelNames: [...labelNames], aggregator, registers: [registry] },
      async collect(this: Pick<MetricGauge, 'reset' | 'remove' | 'inc'>) {
        const found = await (async () => read())().catch(() => [])
        this.reset()
        // Without labels it is zero after a reset.
        if (found.length === 0 && labelNames.length === 0) this.remove()
        for (const { labels = {}, value } of found) this.inc(labels, value)
      },
    }
    if (type === 'gauge') new Gauge(options)
    else new Counter(options)
  }
  return { registry, duration }
}

/** The metrics of one application: requests by route pattern, never by URL, and figures of the process. */
export class Metrics {
  #instruments: Promise<Instruments> | undefined
  readonly #sources: MetricSource[] = []

  constructor(private readonly peers?: PeerMetrics) {
    peers?.onMetricsRequest(() => this.#readOwn())
  }

  /** Adds metrics; before the first request. */
  register(...sources: readonly MetricSource[]): void {
    this.#sources.push(...sources)
  }

  /** Renders all metrics in the Prometheus text format, with its media type; summed over all processes. */
  async render(): Promise<{ type: string; text: string }> {
    let { registry } = await this.#load()
    if (this.peers) {
      const { AggregatorRegistry } = await import('prom-client')
      const [own, others] = await Promise.all([this.#readOwn(), this.peers.requestMetrics()])
      registry = AggregatorRegistry.aggregate([own, ...others])
    }
    return { type: registry.contentType, text: await registry.metrics() }
  }

  /** Measures every response of an application. */
  observe(app: FastifyInstance): void {
    // Looking up labels is slow, and there are few combinations of them.
    const series = new Map<string, Histogram.Internal<string>>()
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      const { url: route = '(none)' } = routeOptions
      const { statusCode: status, elapsedTime } = reply
      const name = `${method} ${status} ${route}`
      const observer = series.get(name)
      if (observer) {
        observer.observe(elapsedTime / 1000)
        return done()
      }
      this.#load().then(({ duration }) => {
        const first = duration.labels({ route, method, status })
        series.set(name, first)
        first.observe(elapsedTime / 1000)
        done()
      }, done)
    })
  }

  async #readOwn(): Promise<MetricObject[]> {
    const { registry } = await this.#load()
    return registry.getMetricsAsJSON()
  }

  #load(): Promise<Instruments> {
    this.#instruments ??= createInstruments(this.#sources).catch((error: unknown) => {
      // The next response tries again.
      this.#instruments = undefined
      throw error
    })
    return this.#instruments
  }
}
