import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { ServiceError } from '../errors.ts'
import { operation } from '../http/openapi/operation.ts'
import { readPublicBase } from '../http/requests/public-url.ts'
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
          href: text(200, {
            description:
              'The path on the server, with the base path; `{id}` stands for an id where `templated`.',
          }),
          title: text(200, { description: 'The title of the target.' }),
          templated: Type.Boolean({ description: 'Whether `href` is a URI template (RFC 6570).' }),
        },
        { additionalProperties: false },
      ),
      { description: 'The documentation and every endpoint.', maxItems: 100 },
    ),
  },
  { description: 'The service and links to its parts.' },
)

/** A link to a part of the service. */
type Link = Static<typeof Landing>['links'][number]

const ABOUT = {
  name: 'conflict-incidents',
  version: RELEASE,
  description:
    'Conflict-incident records: who attacked whom, where, when, how many were killed, and who says so.',
}

const DOCUMENTS: readonly Link[] = [
  { href: '/docs', title: 'Documentation to read and try', templated: false },
  { href: '/openapi.json', title: 'OpenAPI 3.1 document', templated: false },
]

/** Collects the documented endpoints of an application, in the order in which they are registered after this call. */
export function collectEndpoints(app: FastifyInstance): readonly Link[] {
  const links: Link[] = []
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (method !== 'GET' || !schema?.summary) return
    links.push({
      href: url.replace(/:(\w+)/g, '{$1}'),
      title: schema.summary,
      templated: url.includes(':'),
    })
  })
  return links
}

const landing = operation({
  operationId: 'landing',
  summary: 'About this service',
  description: 'Links to the documentation and every endpoint, as JSON; for browsers the explorer.',
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
  endpoints: readonly Link[]
  /** Describes the records that are at an absolute URL, as JSON-LD for search engines. */
  describe: (url: string) => Promise<string>
}> = async (app, { endpoints, describe }) => {
  const page = readExplorerPage()
  await app.register(registerExplorerAssets)
  /** The description of the records; null when they cannot be read now: the page itself says so then. */
  const describeRecords = async (request: FastifyRequest) => {
    try {
      return await describe(`${readPublicBase(request)}/v1/incidents`)
    } catch (error) {
      request.log.warn({ err: error }, 'The page has no description for search engines')
      return null
    }
  }
  // The explorer keeps its state in query parameters, so only the JSON response validates them.
  app.get('/', { schema: landing, attachValidation: true }, async (request, reply) => {
    const { basePath } = request
    const type = request.accepts().type(['application/json', ...(page ? ['text/html'] : [])])
    if (!type) throw new ServiceError('not_acceptable', 'Available here: application/json, text/html.')
    if (type !== 'text/html') {
      if (request.validationError) throw request.validationError
      const links = [...DOCUMENTS, ...endpoints].map((link) => ({ ...link, href: `${basePath}${link.href}` }))
      return { ...ABOUT, links }
    }
    reply.header('content-security-policy', EXPLORER_POLICY)
    return reply
      .type('text/html; charset=utf-8')
      .send(page && renderExplorerPage(page, { basePath, description: await describeRecords(request) }))
  })
}
