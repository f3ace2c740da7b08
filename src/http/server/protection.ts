import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { COMPRESSIBLE, ENCODINGS, MIN_COMPRESSED_BYTES } from '../caching/compression.ts'
import { registerPreconditions } from '../caching/preconditions.ts'
import { boundConnections, type ConnectionLimits } from './connections.ts'
import { withBodyOfHead } from './head.ts'
import { registerOverload } from './overload.ts'
import { warnOfUntrustedProxy } from './proxies.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { registerRequestChecks } from './request-checks.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** Options of {@link registerProtection}; null limits nothing. */
interface ProtectionOptions {
  rateLimiter: RateLimiter | null
  connectionLimits: ConnectionLimits | null
  maxEventLoopDelay: number | null
}

/** Registers what guards every endpoint: security headers, CORS, URL checks, rate and load limits, compression. */
export async function registerProtection(
  app: FastifyInstance,
  { rateLimiter, connectionLimits, maxEventLoopDelay }: ProtectionOptions,
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
      'Content-Disposition',
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
  // Before anything else is checked: whatever is sent counts.
  rateLimiter?.chargeRequests(app)
  warnOfUntrustedProxy(app)
  registerRequestChecks(app)
  if (maxEventLoopDelay !== null) registerOverload(app, maxEventLoopDelay)
  if (connectionLimits) boundConnections(app, connectionLimits)
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
