import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { ServiceError } from '../errors.ts'
import { operation } from '../http/openapi/operation.ts'
import { RELEASE } from '../release.ts'
import { Type } from '../validation/schema.ts'
import { component, list, text } from '../validation/types.ts'
import {
  EXPLORER_POLICY,
  readExplorerPage,
  registerExplorerAssets,
  renderExplorerPage,
} from './explorer.routes.ts'

const Landing = component(
  'Landing',
  {
    name: text(100, { description: 'The name of the service.' }),
    version: text(30, { description: 'Its release.' }),
    description: text(1000, { description: 'A one-sentence description of the service.' }),
    links: list(
      Type.Object(
        {
          href: text(200, { description: 'The path on the server, with the base path.' }),
          title: text(200, { description: 'The title of the target.' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Links to every part of the service.', maxItems: 100 },
    ),
  },
  { description: 'The service and links to its parts.' },
)

const LANDING: Static<typeof Landing> = {
  name: 'conflict-incidents',
  version: RELEASE,
  description:
    'Conflict-incident records: who attacked whom, where, when, how many were killed, and who says so.',
  links: [
    { href: '/docs', title: 'Documentation to read and try' },
    { href: '/openapi.json', title: 'OpenAPI 3.1 document' },
    { href: '/v1/incidents', title: 'Incidents' },
    { href: '/v1/tolls', title: 'Reported totals' },
    { href: '/v1/places', title: 'Places' },
    { href: '/v1/actors', title: 'Actors' },
    { href: '/v1/sources', title: 'Sources' },
    { href: '/v1/datasets', title: 'Data sets, licences and citations' },
    { href: '/v1/event-types', title: 'Event types' },
    { href: '/livez', title: 'Liveness' },
    { href: '/readyz', title: 'Readiness' },
    { href: '/metrics', title: 'Metrics' },
  ],
}

const landing = operation({
  operationId: 'landing',
  summary: 'About this service',
  description: 'Links to every part of the service, as JSON; for browsers the explorer.',
  tag: 'operation',
  response: {
    description: 'The landing document.',
    mediaTypes: {
      'application/json': Landing,
      'text/html': Type.String({ description: 'The explorer: a page over this API.', maxLength: 100_000 }),
    },
  },
  example: '/',
})

/** GET /: the explorer for browsers, JSON for all other clients. */
export const landingRoutes: FastifyPluginAsyncTypebox<{
  /** Whether metrics are at this address. */
  hasMetrics: boolean
}> = async (app, { hasMetrics }) => {
  const links = LANDING.links.filter(({ href }) => hasMetrics || href !== '/metrics')
  const page = readExplorerPage()
  await app.register(registerExplorerAssets)
  // The explorer keeps its state in query parameters, so only the JSON response validates them.
  app.get('/', { schema: landing, attachValidation: true }, async (request, reply) => {
    const { basePath } = request
    const type = request.accepts().type(['application/json', ...(page ? ['text/html'] : [])])
    if (!type) throw new ServiceError('not_acceptable', 'Available here: application/json, text/html.')
    if (type !== 'text/html') {
      if (request.validationError) throw request.validationError
      return { ...LANDING, links: links.map(({ href, title }) => ({ href: `${basePath}${href}`, title })) }
    }
    reply.header('content-security-policy', EXPLORER_POLICY)
    return reply.type('text/html; charset=utf-8').send(page && renderExplorerPage(page, basePath))
  })
}
