import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../errors.ts'

/** What the service is doing: it answers questions only while it is `ready`. */
export class Lifecycle {
  #state: 'starting' | 'ready' | 'draining' = 'starting'

  get state(): 'starting' | 'ready' | 'draining' {
    return this.#state
  }

  /** Everything is in place: questions may come. */
  ready(): void {
    this.#state = 'ready'
  }

  /** The end is near: no new work, what is in flight finishes. */
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
          headers: { 'retry-after': '5', connection: 'close' },
        },
      )
    }
  }
}

/** Lets no request of the scope through while the service is not ready. */
export function registerLifecycle(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    lifecycle.requireReady()
    done()
  })
}
