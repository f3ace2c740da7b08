import { randomUUID } from 'node:crypto'
import accepts from '@fastify/accepts'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance } from 'fastify'
import { actorRoutes } from './actors/actor.routes.ts'
import { citationRoutes } from './citations/citation.routes.ts'
import { describeService } from './citations/describe-service.ts'
import type { Config } from './config.ts'
import { datasetRoutes } from './datasets/dataset.routes.ts'
import { eventTypeRoutes } from './event-types/event-type.routes.ts'
import { facetRoutes } from './facets/facet.routes.ts'
import { registerConditionalRequests } from './http/caching/conditional-requests.ts'
import { ResponseCache } from './http/caching/response-cache.ts'
import { registerProblems, sendClientError, sendProblem } from './http/errors/problems.ts'
import { registerDocumentation } from './http/openapi/documentation.ts'
import type { Examples } from './http/openapi/examples.ts'
import { Cursors } from './http/paging/cursor.ts'
import { Pages } from './http/paging/pages.ts'
import { registerAccept } from './http/requests/accept.ts'
import { compileParameters, parseQuery } from './http/requests/parameters.ts'
import { registerPublicAddress } from './http/requests/public-address.ts'
import { registerBasePath } from './http/server/base-path.ts'
import { deriveConnectionLimits } from './http/server/connections.ts'
import { createLoggerOptions } from './http/server/logging.ts'
import { registerMethods } from './http/server/methods.ts'
import { registerProtection } from './http/server/protection.ts'
import { trustProxies } from './http/server/proxies.ts'
import { createLocalRateStore, RateLimiter, type RateStore } from './http/server/rate-limiter.ts'
import { StreamLimiter } from './http/server/stream-limiter.ts'
import { createUrlRewriter, MAX_URL_LENGTH } from './http/server/url.ts'
import { incidentRoutes } from './incidents/incident.routes.ts'
import { linkRoutes } from './links/link.routes.ts'
import { collectEndpoints, landingRoutes } from './operation/landing.routes.ts'
import { Lifecycle, registerDrain, registerLifecycle } from './operation/lifecycle.ts'
import {
  buildInfo,
  cacheMetrics,
  dataMetrics,
  loadMetrics,
  type MetricSource,
} from './operation/metric-sources.ts'
import { Metrics, type PeerMetrics } from './operation/metrics.ts'
import { operationRoutes } from './operation/operation.routes.ts'
import { placeRoutes } from './places/place.routes.ts'
import { parse } from './records.ts'
import { RELEASE } from './release.ts'
import { sourceRoutes } from './sources/source.routes.ts'
import { sumByDataset } from './stats/dataset-sums.ts'
import { statsRoutes } from './stats/stats.routes.ts'
import type { Stores } from './storage/contract/storage.ts'
import { tollRoutes } from './tolls/toll.routes.ts'

/** The settings that an application reads. */
type AppConfig = Pick<
  Config,
  | 'EXPORTS'
  | 'EXPORTS_PER_CLIENT'
  | 'LOG_FORMAT'
  | 'LOG_LEVEL'
  | 'METRICS_PORT'
  | 'RATE_LIMIT'
  | 'RESPONSE_CACHE'
  | 'TRUST_PROXY'
  | 'BASE_PATH'
  | 'PUBLIC_URL'
>

/** The settings for use within a process, such as tests: silent, without a rate limit or cache, and all exports for any client. */
export const IN_PROCESS: AppConfig = {
  EXPORTS: 8,
  EXPORTS_PER_CLIENT: 8,
  LOG_FORMAT: 'json',
  LOG_LEVEL: 'silent',
  RATE_LIMIT: null,
  RESPONSE_CACHE: 0,
  TRUST_PROXY: false,
  BASE_PATH: null,
  PUBLIC_URL: null,
  METRICS_PORT: null,
}

/** The dependencies of an application. */
export interface Dependencies {
  stores: Stores
  /** {@link IN_PROCESS} when left out. */
  config?: AppConfig
  /** Ready from the start when left out. */
  lifecycle?: Lifecycle
  /** The metrics of the other processes on the same port, if any. */
  peers?: PeerMetrics
  /** More metrics. */
  metricSources?: readonly MetricSource[]
  /** Counts requests for the rate limit over all processes; left out, this process counts its own. */
  rateStore?: RateStore
  /**
   * The mean delay of the event loop above which requests are rejected, in milliseconds; none when left out: a process
   * that does other work as well is late because of it.
   */
  maxEventLoopDelay?: number | null
  /** The clock by which the day of access is given; the machine's when left out. */
  now?: () => Date
  /** Examples for the OpenAPI document; the committed ones when left out. */
  examples?: Examples
}

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics
  }
}

/** Maximum time for receiving a request's headers, and all of it, in milliseconds. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 15_000

/** Builds the application: plugins and an explicit list of routes. The caller listens or injects requests. */
export async function buildApp({
  stores,
  config = IN_PROCESS,
  lifecycle = readyLifecycle(),
  peers,
  metricSources = [],
  rateStore = createLocalRateStore(),
  maxEventLoopDelay = null,
  now = () => new Date(),
  examples,
}: Dependencies): Promise<FastifyInstance> {
  const isTrusted = trustProxies(config.TRUST_PROXY)
  const basePath = config.BASE_PATH ?? (isTrusted ? null : '')
  const address = { basePath, publicUrl: config.PUBLIC_URL, isTrusted }
  const app = Fastify({
    logger: await createLoggerOptions(config),
    trustProxy: isTrusted ?? false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // Requests in flight finish; registerLifecycle() rejects those that come later.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_URL_LENGTH, querystringParser: parseQuery },
    rewriteUrl: createUrlRewriter(address),
    bodyLimit: 1024,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: 60_000,
    keepAliveTimeout: 30_000,
    http: {
      headersTimeout: HEADERS_TIMEOUT,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 32_768,
      requireHostHeader: false,
    },
    frameworkErrors: sendProblem,
    clientErrorHandler: sendClientError,
    schemaController: {
      compilersFactory: {
        buildValidator: () => compileParameters as never,
        // A serializer built from the schema would drop properties that the schema does not name.
        buildSerializer: () => () => JSON.stringify,
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  registerProblems(app)
  registerDrain(app, lifecycle)
  registerPublicAddress(app, address)
  const metrics = new Metrics(peers)
  metrics.register(
    buildInfo,
    ...metricSources,
    ...dataMetrics({
      revision: () => stores.revision(),
      datasets: async () => (await stores.datasets.list()).map(parse),
    }),
  )
  app.decorate('metrics', metrics)
  metrics.observe(app)
  const rateLimiter = config.RATE_LIMIT === null ? null : new RateLimiter(config.RATE_LIMIT, rateStore)
  const connectionLimits = deriveConnectionLimits(config.EXPORTS, config.TRUST_PROXY !== false)
  await registerProtection(app, { rateLimiter, connectionLimits, maxEventLoopDelay })
  await app.register(accepts)
  registerAccept(app)
  registerMethods(app)
  registerBasePath(app, address)
  await registerDocumentation(app, examples)
  const endpoints = collectEndpoints(app)

  await app.register(operationRoutes, {
    lifecycle,
    metrics: config.METRICS_PORT === null ? metrics : null,
    probe: () => stores.probe(),
  })
  await app.register(landingRoutes, { endpoints, describe: (url) => describeService(stores, url) })

  const streams = new StreamLimiter({ total: config.EXPORTS, perClient: config.EXPORTS_PER_CLIENT })
  metrics.register(
    ...loadMetrics(
      () => streams.open,
      () => stores.queuedQueries(),
    ),
  )
  const pages = new Pages(
    new Cursors(() => stores.cursorSecret()),
    (ids) => stores.datasets.citations(ids),
    () => stores.revision(),
  )
  await app.register(
    async (v1) => {
      registerLifecycle(v1, lifecycle)
      const cache = new ResponseCache(config.RESPONSE_CACHE * 1_000_000)
      metrics.register(...cacheMetrics(cache))
      registerConditionalRequests(v1, {
        revision: () => stores.revision(),
        requireIntact: () => stores.requireIntact(),
        release: RELEASE,
        now,
        cache,
      })
      rateLimiter?.chargeHandling(v1)
      await v1.register(incidentRoutes, {
        incidents: stores.incidents,
        vocabularies: stores,
        pages,
        streams,
        async explain(incident) {
          // Importers are loaded with the first explanation: a start needs none of them.
          const { explainIncident } = await import('./importers/provenance.ts')
          return explainIncident(incident, stores.places)
        },
      })
      await v1.register(linkRoutes, { links: stores.links, incidents: stores.incidents, pages })
      await v1.register(tollRoutes, {
        tolls: stores.tolls,
        vocabularies: stores,
        pages,
        sumByDataset: (filter, caller) => sumByDataset(stores.stats, filter, caller),
      })
      await v1.register(statsRoutes, { ...stores, vocabularies: stores, pages, streams })
      await v1.register(facetRoutes, { facets: stores.stats, vocabularies: stores })
      await v1.register(placeRoutes, { places: stores.places, pages })
      await v1.register(actorRoutes, { actors: stores.actors, pages })
      await v1.register(sourceRoutes, { sources: stores.sources, pages })
      await v1.register(datasetRoutes, { datasets: stores.datasets, pages })
      await v1.register(citationRoutes, {
        sources: stores,
        vocabularies: stores,
        now,
      })
      await v1.register(eventTypeRoutes, { eventTypes: stores.eventTypes, pages })
    },
    { prefix: '/v1' },
  )
  return app
}

function readyLifecycle(): Lifecycle {
  const lifecycle = new Lifecycle()
  lifecycle.ready()
  return lifecycle
}
