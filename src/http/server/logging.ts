import type { FastifyRequest, LogLevel } from 'fastify'

/** Names of parameters whose values do not belong in a log. */
const SECRET = /key|token|secret|password|passwd|auth|email|signature/i

/** Builds Fastify's logger options: requests are logged by method, URL without secrets, address and id. */
export function loggerOptions(level: LogLevel) {
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

/** Masks the values of parameters that look like secrets. */
export function maskSecrets(url: string): string {
  return url.replace(/([?&]([^=&]*)=)[^&]*/g, (whole, start: string, name: string) =>
    SECRET.test(decodeOrKeep(name)) ? `${start}***` : whole,
  )
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
