import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { COMPRESSIBLE, ENCODINGS, MIN_COMPRESSED_BYTES } from '../caching/compression.ts'
import { registerOverload } from './overload.ts'
import { warnOfUntrustedProxy } from './proxies.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { requireReadableUrl } from './url.ts'

/** Registers what guards every endpoint: security headers, CORS, URL checks, rate and load limits, compression. */
export async function registerProtection(
  app: FastifyInstance,
  /** No requests are limited when it is null. */
  rateLimiter: RateLimiter | null,
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
  // Before anything else is checked: whatever is sent counts.
  rateLimiter?.chargeRequests(app)
  warnOfUntrustedProxy(app)
  app.addHook('onRequest', (request, _, done) => {
    const { url, originalUrl, headers, raw } = request
    if (url !== originalUrl) requireReadableUrl(originalUrl)
    if (headers.host === undefined && raw.httpVersion === '1.1') {
      throw new ServiceError('malformed_request', 'An HTTP/1.1 request needs the header Host.')
    }
    done()
  })
  registerOverload(app)
  await app.register(compress, {
    global: true,
    globalDecompression: false,
    threshold: MIN_COMPRESSED_BYTES,
    encodings: [...ENCODINGS, 'identity'],
    customTypes: COMPRESSIBLE,
    zlibOptions: { level: 1 },
  })
}
