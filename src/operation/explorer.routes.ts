import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Where the build puts the explorer. */
const BUILT = new URL('../../dist/explorer/', import.meta.url)
const PAGE = new URL('index.html', BUILT)

/** The page of the explorer; null where it has not been built. */
export function explorerPage(): string | null {
  return existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : null
}

/** What the page may load: its own scripts and styles, none of them inline, and the API. */
export const EXPLORER_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'self'`,
].join(';')

/** GET /explorer/assets/*: their names change with their content, so that they are kept for good. */
export async function explorerAssets(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('assets/', BUILT)),
    prefix: '/explorer/assets/',
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '1y',
  })
}
