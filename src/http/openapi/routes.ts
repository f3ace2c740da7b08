import type { FastifyInstance, RouteOptions } from 'fastify'

/** Real answers by operation id and media type: what the examples are made of. */
export type Examples = Record<string, Record<string, unknown>>

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of the application's routes. */
    openApi(): Promise<Exclude<ReturnType<FastifyInstance['swagger']>, string>>
  }
}

/**
 * Documents the routes that follow: /openapi.json, and /docs with the pages that show it. Both are made when they
 * are first asked for, by an application of their own: few clients ever ask, and every start would wait for them.
 */
export function registerOpenApi(app: FastifyInstance, examples?: Examples): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    if (route.method === 'GET' && !route.schema?.hide) routes.push(route)
  })
  let made: Promise<FastifyInstance> | undefined
  const documentation = () => {
    made ??= import('./document.ts').then(({ buildDocumentation: documentationOf }) =>
      documentationOf(routes, examples),
    )
    return made
  }
  app.decorate('openApi', async () => (await documentation()).swagger())
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.openApi())
  for (const path of ['/docs', '/docs/*'])
    app.get(path, { schema: { hide: true } }, async ({ url, headers }, reply) => {
      const pages = await documentation()
      const answer = await pages.inject({ method: 'GET', url, headers })
      if (answer.statusCode === 404) return reply.callNotFound()
      // Of the connection, the server tells by itself.
      const { connection, 'transfer-encoding': _, ...own } = answer.headers
      return reply.code(answer.statusCode).headers(own).send(answer.rawPayload)
    })
}
