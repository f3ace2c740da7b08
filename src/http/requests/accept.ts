import type { FastifyInstance } from 'fastify'

/** A parameter of a media range (RFC 9110, 5.6.6), with its name. */
const PARAMETER = /\s*;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,"\s]*)/g

/**
 * Removes the parameters of the media types in Accept, but for their weights: whatever charset or profile a client names,
 * there is one representation of each type, so that the Content-Type of a response can be sent back as Accept.
 */
export function removeMediaParameters(accept: string): string {
  return accept.replace(PARAMETER, (parameter, name: string) => (name.toLowerCase() === 'q' ? parameter : ''))
}

/** Removes the parameters of media types from the header Accept of every request. */
export function registerAccept(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    const { headers } = request.raw
    if (headers.accept?.includes(';')) headers.accept = removeMediaParameters(headers.accept)
    done()
  })
}
