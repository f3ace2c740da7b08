import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'

/** Names of parameters whose values do not belong in a log. */
const SECRET = /key|token|secret|password|passwd|auth|email|signature/i

/** How requests are logged: by method, URL, address and id; values of secrets are masked. Silent, there is no logger. */
export function loggerOptions(level: Config['LOG_LEVEL']) {
  if (level === 'silent') return false
  return {
    level,
    serializers: {
      req: ({ method, originalUrl, ip, id }: FastifyRequest) => ({
        id,
        method,
        url: maskSecrets(originalUrl),
        remoteAddress: ip,
      }),
    },
  }
}

/** A URL in which the values of parameters that look like secrets are masked. */
export function maskSecrets(url: string): string {
  return url.replace(/([?&]([^=&]*)=)[^&]*/g, (whole, start: string, name: string) =>
    SECRET.test(decodeLoosely(name)) ? `${start}***` : whole,
  )
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
