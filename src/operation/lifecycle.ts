import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../errors.ts'

/** The state of the service: it serves requests only while it is `ready`. */
export class Lifecycle {
  #state: 'starting' | 'ready' | 'draining' = 'starting'

  get state(): 'starting' | 'ready' | 'draining' {
    return this.#state
  }

  /** Starts serving requests. */
  ready(): void {
    this.#state = 'ready'
  }

  /** Rejects new requests while those in flight finish. */
  drain(): void {
    this.#state = 'draining'
  }

  /** @throws ServiceError while the service is not ready */
  requireReady(): void {
    if (this.#state === 'starting') {
      throw new ServiceError('not_ready', 'The server is starting. Try again in a second.', {
        headers: { 'retry-after': '1' },
      })
    }
    if (this.#state === 'draining') {
      throw new ServiceError(
        'shutting_down',
        'The server is shutting down. Try another one, or again in a few seconds.',
        {
          headers: { 'retry-after': '5' },
        },
      )
    }
  }
}

/** Ends each connection with its next response while the service is draining, so that no request comes too late. */
export function registerDrain(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    if (lifecycle.state === 'draining') reply.header('connection', 'close')
    return payload
  })
}

/** Rejects every request of the scope while the service is not ready. */
export function registerLifecycle(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    lifecycle.requireReady()
    done()
  })
}
