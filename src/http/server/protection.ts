import compress from '@fastify/compress'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'
import type { ClusterClient } from '../../cluster/client.ts'
import { ServiceError } from '../../errors.ts'
import { COMPRESSIBLE, ENCODINGS, MIN_COMPRESSED_BYTES } from '../caching/compression.ts'

/** Endpoints that answer however busy the process is. */
const ALWAYS_ANSWERED = new Set(['/livez', '/metrics'])

/** Longest URL that is read, in characters. */
export const MAX_URL_LENGTH = 8000

/** Sends a URL that cannot be routed to `/`, where the hooks answer it as they answer every request. */
export function rewriteUrl(request: { url?: string | undefined }): string {
  const { url = '/' } = request
  return url.length > MAX_URL_LENGTH || !isDecodable(url) ? '/' : url
}

/** @throws ServiceError for a URL that is too long or cannot be decoded */
function requireReadable(url: string): void {
  if (url.length > MAX_URL_LENGTH) {
    const detail = `The URL has ${url.length} characters; at most ${MAX_URL_LENGTH} are read. Ask for fewer values at once.`
    throw new ServiceError('url_too_long', detail)
  }
  if (!isDecodable(url)) {
    throw new ServiceError(
      'malformed_request',
      'The URL cannot be decoded: write each % as %25, and percent-encode UTF-8.',
    )
  }
}

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** The headers that helmet sets, the same on every answer: made once, for making them takes longer than an answer. */
const SECURITY_HEADERS = headersOf(
  helmet({
    // Anybody may embed and read a public API; the documentation page loads nothing from elsewhere.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': [`'none'`],
        'script-src': [`'self'`],
        'style-src': [`'self'`, `'unsafe-inline'`],
        'img-src': [`'self'`, 'data:'],
        'connect-src': [`'self'`],
        'font-src': [`'self'`],
        'base-uri': [`'none'`],
        'form-action': [`'none'`],
        'frame-ancestors': [`'self'`],
      },
    },
    // Whether TLS is spoken is the business of the proxy in front.
    strictTransportSecurity: false,
  }),
)

function headersOf(middleware: ReturnType<typeof helmet>): Record<string, string> {
  const headers: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => {},
  }
  middleware({} as never, response as never, (error) => {
    if (error) throw error
  })
  return headers
}

/** Guards the application: headers, origins, rates (over all processes), load and sizes. */
export async function registerProtection(
  app: FastifyInstance,
  rateLimitPerMinute: number | null,
  peers?: ClusterClient,
): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
    done()
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    strictPreflight: false,
    preflightContinue: true,
    maxAge: 86_400,
    exposedHeaders: [
      'ETag',
      'Link',
      'Retry-After',
      'X-Request-Id',
      'X-Hints',
      'X-Notes',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
    ],
  })
  app.addHook('onRequest', (request, _, done) => {
    const { url, originalUrl, headers, raw } = request
    if (url !== originalUrl) requireReadable(originalUrl)
    if (headers.host === undefined && raw.httpVersion === '1.1') {
      throw new ServiceError('malformed_request', 'An HTTP/1.1 request needs the header Host.')
    }
    done()
  })
  if (rateLimitPerMinute !== null) {
    await app.register(rateLimit, {
      max: rateLimitPerMinute,
      timeWindow: '1 minute',
      enableDraftSpec: true,
      ...(peers && { store: (await import('../../cluster/shared-rates.ts')).sharedRates(peers) }),
      errorResponseBuilder: (_, { max, ttl }) =>
        new ServiceError(
          'rate_limited',
          `At most ${max} requests a minute are answered. Wait ${Math.ceil(ttl / 1000)} seconds.`,
        ),
    })
  }
  await app.register(underPressure, {
    maxEventLoopDelay: 2000,
    retryAfter: 5,
    pressureHandler: (request, _, type, value) => {
      // A sampling gap counts as an infinite delay; and a busy process is alive all the same.
      if (!Number.isFinite(value) || ALWAYS_ANSWERED.has(request.routeOptions.url ?? '')) return
      throw new ServiceError(
        'overloaded',
        `The server is overloaded (${type} ${Math.round(value ?? 0)}). Try again in a few seconds.`,
        {
          headers: { 'retry-after': '5' },
        },
      )
    },
  })
  await app.register(compress, {
    global: true,
    globalDecompression: false,
    threshold: MIN_COMPRESSED_BYTES,
    encodings: [...ENCODINGS, 'identity'],
    customTypes: COMPRESSIBLE,
    zlibOptions: { level: 1 },
  })
}
