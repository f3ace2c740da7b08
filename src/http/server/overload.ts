import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../../errors.ts'

/** Endpoints that respond even when the process is overloaded. */
const NEVER_OVERLOADED = new Set(['/livez', '/metrics'])
/** Whether a request is responded to however busy the process is. */
export function isNeverOverloaded({ routeOptions }: FastifyRequest): boolean {
  return NEVER_OVERLOADED.has(routeOptions.url ?? '')
}

/** Mean delay of the event loop above which a service of its own process rejects requests, in milliseconds. */
export const MAX_EVENT_LOOP_DELAY_MS = 2000
const RESOLUTION_MS = 10
const SAMPLE_MS = 1000

/**
 * Rejects requests while the event loop is late. @fastify/under-pressure does this, but it also reads the memory of the
 * process, which fails in a timer, and so ends the process, when no file can be opened.
 * @param maxDelay the mean delay of a sample above which requests are rejected, in milliseconds
 * @returns throws ServiceError overloaded for a request that is rejected
 */
export function createOverloadCheck(
  app: FastifyInstance,
  maxDelay: number,
): (request: FastifyRequest) => void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  let delay = 0
  const timer = setInterval(() => {
    // Without a measurement it is not a number, and counts as none.
    delay = Math.max(0, histogram.mean / 1e6 - RESOLUTION_MS) || 0
    histogram.reset()
  }, SAMPLE_MS)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    histogram.disable()
  })
  return (request) => {
    if (delay > maxDelay && !isNeverOverloaded(request))
      throw new ServiceError(
        'overloaded',
        `The server is overloaded (it answers ${Math.round(delay)} ms late). Try again in a few seconds.`,
        { headers: { 'retry-after': '5' } },
      )
  }
}
