import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { RELEASE } from '../../release.ts'
import { STYLE, UI_CONFIG } from './docs-page.ts'
import { completeDocument, type Node, withCodeSamples } from './document.ts'
import { type Examples, readExamples } from './examples.ts'
import { TAGS } from './operation.ts'

const DESCRIPTION = `Conflict-incident records: who attacked whom, where, when, how many were killed, and who says so.

- Figures have **low, best and high**; a null high means that no upper bound was stated, never zero.
- Every **claim** is kept: who said what number, of whom, in which source.
- **Groups** and **reported totals** are modelled, so that nobody is counted twice.
- A parameter that is not known or malformed is a 400 that names it. Errors are RFC 9457 problem documents with a stable \`code\`.
- Lists are paged by \`page.next\`; responses carry an ETag that follows the data.`

/** The URL of the service in code samples where the public one is not known. */
const LOCAL = 'http://localhost:3000'

/**
 * Documents the routes that are registered after it: the document at /openapi.json, and /docs with pages that show it.
 * Both are made when they are first requested.
 */
export async function registerDocumentation(app: FastifyInstance, examples?: Examples): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Conflict incidents',
        version: RELEASE,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' } as { name: string },
        contact: { name: 'The conflict-incidents authors' },
      },
      // Public and read-only: no operation needs authentication.
      security: [],
      servers: servers(''),
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('This is an OpenAPI 3 application')
      const completed = completeDocument(document.openapiObject as Node, examples ?? readExamples())
      return withCodeSamples(completed, LOCAL) as never
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: UI_CONFIG,
    transformSpecification: withServers,
    transformSpecificationClone: false,
    // Its page refers to its files relative to a path with a slash at the end.
    uiHooks: {
      onRequest(request, reply, done) {
        const [path = ''] = request.url.split('?')
        if (path !== '/docs' && path !== '/docs/static/index.html') return done()
        return reply.redirect(`${request.basePath}/docs/`, 302)
      },
    },
    theme: { title: 'Conflict incidents API', css: [{ filename: 'docs.css', content: STYLE }] },
  })
  const last = { basePath: '', document: '' }
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    const { basePath } = request
    if (last.document === '' || last.basePath !== basePath)
      Object.assign(last, { basePath, document: JSON.stringify(withServers(app.swagger() as Node, request)) })
    return reply.type('application/json; charset=utf-8').send(last.document)
  })
}

/**
 * Sets the server of a document: the one that serves it, by a path, so that it is right on every host. Code samples,
 * which are run elsewhere, have the public URL.
 */
function withServers(document: Node, { basePath, server }: FastifyRequest): Node {
  const base = server.publicAddress.publicUrl ?? `${LOCAL}${basePath}`
  return { ...(base === LOCAL ? document : withCodeSamples(document, base)), servers: servers(basePath) }
}

function servers(basePath: string): { url: string }[] {
  const server = {
    url: basePath || '/',
    description: 'This server, production or local',
    'x-internal': false,
  }
  return [server]
}
