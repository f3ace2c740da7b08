import type { FastifyRequest, FastifyServerOptions, LogLevel } from 'fastify'

/** Names of parameters whose values do not belong in a log. */
const SECRET = /key|token|secret|password|passwd|auth|email|signature/i

/** Which lines are logged, and in which form. */
export interface LogSettings {
  LOG_LEVEL: LogLevel
  LOG_FORMAT: 'json' | 'pretty'
}

/** Builds Fastify's logger options: requests are logged by method, URL without secrets, address and id. */
export async function createLoggerOptions({
  LOG_LEVEL: level,
  LOG_FORMAT: format,
}: LogSettings): Promise<NonNullable<FastifyServerOptions['logger']>> {
  if (level === 'silent') return false
  return {
    level,
    ...(format === 'pretty' && { stream: await createPrettyStream() }),
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

/** Formats lines in this process: a thread would lose the last ones of a process that ends at once. */
async function createPrettyStream() {
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    ignore: 'hostname',
    singleLine: true,
    sync: true,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l o',
  })
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
