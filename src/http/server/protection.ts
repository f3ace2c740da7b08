import compress from '@fastify/compress'
import cors from '@fastify/cors'
import rateLimit, { type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { COMPRESSIBLE, ENCODINGS, MIN_COMPRESSED_BYTES } from '../caching/compression.ts'
import { registerPreconditions } from '../caching/preconditions.ts'
import { withBodyOfHead } from './head.ts'
import { registerRequestChecks } from './request-checks.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** Endpoints that respond even when the process is overloaded. */
const NEVER_OVERLOADED = new Set(['/livez', '/metrics'])

/** Options of {@link registerProtection}. */
interface ProtectionOptions {
  /** Requests per minute of one client; null for no limit. */
  rateLimitPerMinute: number | null
  /** Counts requests; left out, they are counted in this process. */
  rateStore?: FastifyRateLimitStoreCtor | undefined
}

/** Registers what guards every endpoint: security headers, CORS, URL checks, rate and load limits, compression. */
export async function registerProtection(
  app: FastifyInstance,
  { rateLimitPerMinute, rateStore }: ProtectionOptions,
): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    // Whatever the variant: formats and encodings are negotiated, and errors are the same for all.
    reply
      .headers(SECURITY_HEADERS)
      .header('x-request-id', request.id)
      .header('vary', 'accept, accept-encoding')
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
  registerRequestChecks(app)
  if (rateLimitPerMinute !== null) {
    await app.register(rateLimit, {
      max: rateLimitPerMinute,
      timeWindow: '1 minute',
      enableDraftSpec: true,
      ...(rateStore && { store: rateStore }),
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
      // A gap in the sampling counts as an infinite delay.
      if (!Number.isFinite(value) || NEVER_OVERLOADED.has(request.routeOptions.url ?? '')) return
      throw new ServiceError(
        'overloaded',
        `The server is overloaded (${type} ${Math.round(value ?? 0)}). Try again in a few seconds.`,
        { headers: { 'retry-after': '5' } },
      )
    },
  })
  registerPreconditions(app)
  await withBodyOfHead(app, async () => {
    await app.register(compress, {
      global: true,
      globalDecompression: false,
      threshold: MIN_COMPRESSED_BYTES,
      encodings: [...ENCODINGS, 'identity'],
      customTypes: COMPRESSIBLE,
      zlibOptions: { level: 1 },
    })
  })
}
