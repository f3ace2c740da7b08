import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { operation } from '../http/openapi/operation.ts'
import { Type } from '../validation/schema.ts'
import { component, enumeration } from '../validation/types.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Metrics } from './metrics.ts'

const Health = component(
  'Health',
  { status: enumeration(['ok'], { description: 'Always `ok`; a failing check is a problem document.' }) },
  { description: 'A passed check.' },
)

const livez = operation({
  operationId: 'live',
  summary: 'Is the process alive?',
  description: 'Responds as long as the process can respond at all. Restart it when this fails.',
  tag: 'operation',
  response: { description: 'It is alive.', schema: Health },
  isCacheable: false,
  example: '/livez',
})

const readyz = operation({
  operationId: 'ready',
  summary: 'Does the service take requests?',
  description:
    'Reads from the database. Responds with 503 and the reason while the service starts or shuts down, or the database cannot be used. Send no traffic while this fails.',
  tag: 'operation',
  response: { description: 'It takes requests, and the database responds.', schema: Health },
  isCacheable: false,
  example: '/readyz',
})

const metricsOperation = operation({
  operationId: 'metrics',
  summary: 'Metrics for Prometheus',
  description:
    'Number and duration of requests by route pattern, method and status; figures of the data, the database file, the response cache, the process and the event loop. With `METRICS_PORT`, they have an address of their own and are not here.',
  tag: 'operation',
  response: {
    description: 'The metrics in the Prometheus text format.',
    mediaTypes: {
      'text/plain': Type.String({
        description: 'Prometheus text format 0.0.4.',
        maxLength: 1_000_000,
        examples: [
          'http_request_duration_seconds_count{route="/v1/incidents",method="GET",status="200"} 42\n',
        ],
      }),
    },
  },
  isCacheable: false,
  example: '/metrics',
})

/** GET /livez, /readyz and /metrics: never limited, never cached. */
export const operationRoutes: FastifyPluginAsyncTypebox<{
  lifecycle: Lifecycle
  /** Null when they have an address of their own. */
  metrics: Metrics | null
  /** Reads from the database; rejects when it cannot be used. */
  probe: () => Promise<unknown>
}> = async (app, { lifecycle, metrics, probe }) => {
  app.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store')
  })

  app.get('/livez', { schema: livez, config: { cost: 0 } }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { schema: readyz, config: { cost: 0 } }, async () => {
    lifecycle.requireReady()
    await probe()
    return { status: 'ok' as const }
  })

  if (!metrics) return
  app.get('/metrics', { schema: metricsOperation, config: { cost: 0 } }, async (_, reply) => {
    const { type, text } = await metrics.render()
    return reply.type(type).send(text)
  })
}
