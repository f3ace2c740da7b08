import { Server } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp, type Dependencies } from './app.ts'
import type { Config } from './config.ts'
import { OperatorError } from './errors.ts'
import { Lifecycle } from './operation/lifecycle.ts'
import { seedDigest } from './seed/digest.ts'
import type { Storage } from './storage/contract/storage.ts'
import { isFileStorage, openStorage } from './storage/open-storage.ts'

/** How long requests in flight may take to finish after a signal, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 20_000

/** How long a service that is unready waits for connections that are idle, in milliseconds. */
const MAX_CLIENT_WAIT_MS = 500

/** An application on the configured database; it does not listen yet. */
interface Service {
  app: FastifyInstance
  storage: Storage
  lifecycle: Lifecycle
  /** Turns unready, finishes the requests in flight, and closes the application and its database. */
  close(cause: { err?: Error | undefined }): Promise<void>
}

/**
 * Opens the configured database and builds the application on it, which rejects requests until its lifecycle is ready.
 * @throws OperatorError when the database cannot be used
 */
export async function createService(
  config: Config,
  { lifecycle = new Lifecycle(), ...cluster }: Pick<Dependencies, 'lifecycle' | 'peers' | 'rateStore'> = {},
): Promise<Service> {
  const storage = openStorage(config.DATABASE_URL)
  const app = await buildApp({ stores: storage, config, lifecycle, ...cluster })
  app.addHook('onClose', () => storage.close())
  return {
    app,
    storage,
    lifecycle,
    async close({ err }) {
      if (err) app.log.fatal({ err }, 'Closing after an error')
      lifecycle.drain()
      await setTimeout(config.SHUTDOWN_DELAY)
      await stopAccepting(app)
      await app.close()
    },
  }
}

/**
 * Accepts no more connections, and waits a short time for those there are to end with their next response: `app.close()`
 * closes idle ones at once, also while a request is on its way, which would be reset.
 */
async function stopAccepting(app: FastifyInstance): Promise<void> {
  // That of http.Server closes idle connections.
  Server.prototype.close.call(app.server)
  const countConnections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count ?? 0)))
  const until = performance.now() + MAX_CLIENT_WAIT_MS
  while (performance.now() < until && (await countConnections()) > 0) await setTimeout(10)
}

/** Applies missing migrations and loads the seed, unless this seed was loaded and nothing has changed since. */
export async function prepareDatabase(storage: Storage, log: FastifyBaseLogger): Promise<void> {
  const applied = await storage.migrate()
  if (applied.length > 0) log.info({ applied }, 'The database is up to date')
  const file = isFileStorage(storage) ? storage : null
  const digest = seedDigest()
  if (await file?.isLoaded(digest)) return
  // Most starts return above: the reader and its schemas would cost each of them some 30 ms.
  const { readSeed } = await import('./seed/seed.ts')
  const report = await (file ? file.load(readSeed(), digest) : storage.load(readSeed()))
  if (report.added + report.updated + report.removed > 0) log.info({ report }, 'The seed is loaded')
}

/**
 * Listens on the configured address, which is returned with the port that the system chose.
 * @throws OperatorError when the address cannot be used
 */
export async function listen(app: FastifyInstance, { HOST, PORT }: Config): Promise<string> {
  try {
    return await app.listen({ host: HOST, port: PORT })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const cause = code === 'EADDRINUSE' ? `port ${PORT} is taken: set PORT to another one` : message
    throw new OperatorError(`Cannot listen on ${HOST}: ${cause}`, { cause: error })
  }
}

/** Logs the line that marks the end of the start, also for scripts that wait for it. */
export function logReady(log: FastifyBaseLogger, address: string): void {
  log.info(`Ready. Documentation: ${address}/docs`)
}
