import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { ServiceError } from '../errors.ts'
import { operation } from '../http/operation.ts'
import { RELEASE } from '../release.ts'
import { Type } from '../validation/schema.ts'
import { component, list, text } from '../validation/types.ts'

const Landing = component(
  'Landing',
  {
    name: text(100, { description: 'The name of the service.' }),
    version: text(30, { description: 'Its release.' }),
    description: text(1000, { description: 'What it is.' }),
    links: list(
      Type.Object(
        {
          href: text(200, { description: 'Where, relative to the server.' }),
          title: text(200, { description: 'What is there.' }),
        },
        { additionalProperties: false },
      ),
      { description: 'Everything that can be read here.', maxItems: 100 },
    ),
  },
  { description: 'What the service is and where its parts are.' },
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
  summary: 'What this service is',
  description: 'Links to everything that can be read here, as HTML or JSON.',
  tag: 'operation',
  response: {
    description: 'The landing document.',
    mediaTypes: {
      'application/json': Landing,
      'text/html': Type.String({ description: 'The same as a page.', maxLength: 100_000 }),
    },
  },
  example: '/',
})

/** GET /: HTML for browsers, JSON for everybody else. */
export const landingRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema: landing }, async (request, reply) => {
    const type = request.accepts().type(['application/json', 'text/html'])
    if (!type) throw new ServiceError('not_acceptable', 'Available here: application/json, text/html.')
    reply.header('vary', 'accept, accept-encoding').header('cache-control', 'public, no-cache')
    return type === 'text/html' ? reply.type('text/html; charset=utf-8').send(PAGE) : LANDING
  })
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>${LANDING.name}</title>
<h1>${LANDING.name} ${LANDING.version}</h1>
<p>${LANDING.description}</p>
<ul>
${LANDING.links.map(({ href, title }) => `<li><a href="${href}">${title}</a> <code>${href}</code></li>`).join('\n')}
</ul>
</html>
`
