import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../errors.ts'

/** Longest URL that is read, in characters. */
export const MAX_URL = 8000

/** Guards the application: headers, origins, rates, load and sizes. */
export async function registerProtection(
  app: FastifyInstance,
  rateLimitPerMinute: number | null,
): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    if (request.url.length > MAX_URL) {
      throw new ServiceError(
        'url_too_long',
        `The URL has ${request.url.length} characters; at most ${MAX_URL} are read. Ask for fewer values at once.`,
      )
    }
  })
  await app.register(helmet, {
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
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
    ],
  })
  if (rateLimitPerMinute !== null) {
    await app.register(rateLimit, {
      max: rateLimitPerMinute,
      timeWindow: '1 minute',
      enableDraftSpec: true,
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
    pressureHandler: (_, __, type, value) => {
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
    threshold: 1024,
    encodings: ['gzip', 'br', 'deflate', 'identity'],
    customTypes:
      /^(text\/(html|css|csv|plain|javascript)|application\/(json|geo\+json|x-ndjson|problem\+json|javascript)|image\/svg\+xml)/,
    zlibOptions: { level: 1 },
  })
}
