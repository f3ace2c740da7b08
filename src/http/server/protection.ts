import compress from '@fastify/compress'
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { COMPRESSIBLE, ENCODINGS, MIN_COMPRESSED_BYTES } from '../caching/compression.ts'
import { registerPreconditions } from '../caching/preconditions.ts'
import { boundConnections, type ConnectionLimits } from './connections.ts'
import { createConstantHeaders } from './constant-headers.ts'
import { withBodyOfHead } from './head.ts'
import { createOverloadCheck } from './overload.ts'
import { createProxyWarning } from './proxies.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { acceptExpectations, checkRequest } from './request-checks.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** The headers that pages of other origins may read. */
const EXPOSED_HEADERS = [
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
].join(', ')

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False where @fastify/cors adds no headers. */
    cors?: false
  }
}

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
  const addConstantHeaders = createConstantHeaders({
    ...SECURITY_HEADERS,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED_HEADERS,
  })
  app.addHook('onRequest', (request, reply, done) => {
    addConstantHeaders(reply.raw)
    // Whatever the variant: formats and encodings are negotiated, and errors are the same for all.
    reply.header('x-request-id', request.id).header('vary', 'accept, accept-encoding')
    done()
  })
  // Other requests than preflight requests have all of their headers already.
  app.addHook('onRoute', (route) => {
    if (route.method !== 'OPTIONS') route.config = { ...route.config, cors: false }
  })
  await app.register(cors, {
    origin: '*',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    strictPreflight: false,
    preflightContinue: true,
    maxAge: 86_400,
    exposedHeaders: EXPOSED_HEADERS,
  })
  acceptExpectations(app)
  const warnOfProxy = createProxyWarning()
  const checkOverload = maxEventLoopDelay === null ? null : createOverloadCheck(app, maxEventLoopDelay)
  const checkConnection = connectionLimits && boundConnections(app, connectionLimits)
  app.addHook('onRequest', (request, reply, done) => {
    // Before anything else is checked: whatever is sent counts.
    rateLimiter?.chargeRequest(request, reply)
    warnOfProxy(request)
    checkRequest(request)
    checkOverload?.(request)
    checkConnection?.(request, reply)
    done()
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
