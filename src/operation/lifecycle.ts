import type { FastifyInstance } from 'fastify'
import { ServiceError } from '../errors.ts'

type State = 'starting' | 'ready' | 'failed' | 'draining'

/** The state of the service: it serves requests only while it is `ready`. */
export class Lifecycle {
  #state: State = 'starting'
  #failure = ''

  get state(): State {
    return this.#state
  }

  /** Starts serving requests. */
  ready(): void {
    this.#state = 'ready'
  }

  /** Rejects every request from now on, with the reason, a sentence. */
  fail(reason: string): void {
    if (this.#state === 'draining') return
    this.#state = 'failed'
    this.#failure = reason
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
    if (this.#state === 'failed')
      throw new ServiceError('unavailable', this.#failure, { headers: { 'retry-after': '60' } })
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
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (lifecycle.state === 'draining') reply.header('connection', 'close')
    done(null, payload)
  })
}

/** Rejects every request of the scope while the service is not ready. */
export function registerLifecycle(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    lifecycle.requireReady()
    done()
  })
}
