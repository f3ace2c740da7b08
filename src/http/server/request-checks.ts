import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'
import { isHost } from '../requests/host.ts'
import { requireReadableUrl } from './url.ts'

/** Lets requests with an unknown expectation through to {@link checkRequest}: Node.js sends a response without a body. */
export function acceptExpectations(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.routing(request, response))
}

/**
 * Rejects requests that RFC 9110 and 9112 do not permit and that Node.js lets through.
 * @throws ServiceError
 */
export function checkRequest(request: FastifyRequest): void {
  const { url, originalUrl, headers } = request
  if (url !== originalUrl) requireReadableUrl(originalUrl)
  requireHost(request)
  const { expect } = headers
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw new ServiceError(
      'expectation_failed',
      `The expectation "${expect.slice(0, 100)}" is not known: leave the header Expect out, or send 100-continue.`,
    )
  }
}

/** @throws ServiceError malformed_request without a host in HTTP/1.1, with several, or with what is none */
function requireHost({ raw, headers }: FastifyRequest): void {
  // Node.js keeps one of several in `headers`.
  let given = 0
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index] as string
    if (name.length === 4 && name.toLowerCase() === 'host') given += 1
  }
  if (given === 0 && raw.httpVersion === '1.1')
    throw new ServiceError('malformed_request', 'An HTTP/1.1 request needs the header Host.')
  if (given > 1) throw new ServiceError('malformed_request', 'The header Host is given more than once.')
  if (!isHost(headers.host ?? ''))
    throw new ServiceError(
      'malformed_request',
      'The header Host must be a name or address, and perhaps a port.',
    )
}
