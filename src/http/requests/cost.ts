import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What a response counts towards the rate limit where it is neither 304 nor cached; 1 when left out. A response
     * that costs 0 is neither counted nor limited.
     */
    cost?: number | ((request: FastifyRequest) => number)
  }
}

/**
 * What responses that take more than a page count towards the rate limit. A filter that is changed in the explorer
 * makes nine sums and two pages: with these costs 34 changes a minute are within the default limit of 1000.
 */
export const COSTS = { sum: 3, export: 10 } as const
