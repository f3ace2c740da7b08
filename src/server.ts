import { setTimeout } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { OperatorError } from './errors.ts'
import { Lifecycle } from './operation/lifecycle.ts'
import { seedDigest } from './seed/digest.ts'
import { openSqlite } from './storage/sqlite/storage.ts'
import type { LoadReport, Storage } from './storage/storage.ts'

/** How long requests in flight may take to finish after a signal, in milliseconds. */
const DRAIN_LIMIT = 20_000

/**
 * Serves the API until SIGTERM or SIGINT: listens at once and answers 503 while the database is brought up to
 * date and seeded, then ready. On a signal it turns unready, finishes what is in flight, and closes the database.
 * @throws OperatorError when the database or the address cannot be used
 */
export async function serve(config: Config): Promise<void> {
  const storage = openSqlite(config.DATABASE_URL)
  const lifecycle = new Lifecycle()
  const app = await buildApp({ stores: storage, config, lifecycle })
  app.addHook('onClose', () => storage.close())
  closeWithGrace({ delay: DRAIN_LIMIT + config.SHUTDOWN_DELAY, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'Closing after a fault')
    lifecycle.drain()
    await setTimeout(config.SHUTDOWN_DELAY)
    await app.close()
  })
  try {
    const address = await listen(app, config)
    const applied = await storage.migrate()
    if (applied.length > 0) app.log.info({ applied }, 'The database is up to date')
    const report = await loadSeed(storage)
    if (report && report.added + report.updated + report.removed > 0)
      app.log.info({ report }, 'The seed is loaded')
    lifecycle.ready()
    app.log.info(`Ready. Documentation: ${address}/docs`)
  } catch (error) {
    await app.close()
    throw error
  }
}

/** Loads the seed, unless it was loaded before and nothing has changed since: comparing takes longer than a start. */
async function loadSeed(storage: Storage): Promise<LoadReport | null> {
  const digest = seedDigest()
  if (await storage.isLoaded(digest)) return null
  const { readSeed } = await import('./seed/seed.ts')
  return storage.load(readSeed(), digest)
}

async function listen(app: FastifyInstance, { HOST, PORT }: Config): Promise<string> {
  try {
    return await app.listen({ host: HOST, port: PORT })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const cause = code === 'EADDRINUSE' ? `port ${PORT} is taken: set PORT to another one` : message
    throw new OperatorError(`Cannot listen on ${HOST}: ${cause}`, { cause: error })
  }
}
