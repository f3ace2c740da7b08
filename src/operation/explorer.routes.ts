import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The last build of the explorer, and the one before, whose assets pages that are still open load. */
const BUILDS = [
  new URL('../../dist/explorer/', import.meta.url),
  new URL('../../dist/explorer.previous/', import.meta.url),
] as const
const PAGE = new URL('index.html', BUILDS[0])

/** Reads the page of the explorer; null when it has not been built. */
export function readExplorerPage(): string | null {
  return existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : null
}

/**
 * Puts the base path before the paths of the page, and hands it to its scripts. Paths are complete, not relative to the
 * page, because a proxy that strips the base path may serve the page without a slash at its end.
 * @param description JSON-LD of the records, which scripts do not read; null for none
 */
export function renderExplorerPage(
  page: string,
  { basePath, description }: { basePath: string; description: string | null },
): string {
  const jsonLd = description === null ? '' : renderJsonLd(description)
  return page
    .replace('</head>', () => `${jsonLd}</head>`)
    .replace('data-base-path=""', `data-base-path="${basePath}"`)
    .replace(/(src|href)="(\.?)\//g, (_, name, dot) => `${name}="${basePath}${dot && '/explorer'}/`)
}

/** No text within the JSON ends the element or begins a comment. */
function renderJsonLd(json: string): string {
  return `<script type="application/ld+json">${json.replaceAll('<', '\\u003c')}</script>\n  `
}

/** Limits the page to its own scripts and styles, none of them inline, and the API. */
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

/** GET /explorer/assets/*: names change with content, so clients may cache them forever. */
export async function registerExplorerAssets(app: FastifyInstance): Promise<void> {
  // A package has no build before its own, and sources that were not built have none.
  const root = BUILDS.map((build) => fileURLToPath(new URL('assets/', build))).filter(existsSync)
  if (root.length === 0) return
  await app.register(fastifyStatic, {
    root,
    prefix: '/explorer/assets/',
    decorateReply: false,
    index: false,
    immutable: true,
    maxAge: '1y',
  })
}
