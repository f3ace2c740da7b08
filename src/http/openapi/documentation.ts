import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { RELEASE } from '../../release.ts'
import { completeDocument, type Node } from './document.ts'
import { type Examples, readExamples } from './examples.ts'
import { TAGS } from './operation.ts'

const DESCRIPTION = `Conflict-incident records: who attacked whom, where, when, how many were killed, and who says so.

- Figures have **low, best and high**; a null high means that no upper bound was stated, never zero.
- Every **claim** is kept: who said what number, of whom, in which source.
- **Groups** and **reported totals** are modelled, so that nobody is counted twice.
- A parameter that is not known or malformed is a 400 that names it. Errors are RFC 9457 problem documents with a stable \`code\`.
- Lists are paged by \`page.next\`; responses carry an ETag that follows the data.`

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
      servers: [
        { url: '/', description: 'This server, production or local', 'x-internal': false } as { url: string },
      ],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('This is an OpenAPI 3 application')
      return completeDocument(document.openapiObject as Node, examples ?? readExamples()) as never
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: {
      deepLinking: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      validatorUrl: null,
      url: '/openapi.json',
      layout: 'BaseLayout',
      tryItOutEnabled: true,
    },
    theme: { title: 'Conflict incidents API' },
  })
  let document: string | undefined
  app.get('/openapi.json', { schema: { hide: true } }, async (_, reply) => {
    document ??= JSON.stringify(app.swagger())
    return reply.type('application/json; charset=utf-8').send(document)
  })
}
