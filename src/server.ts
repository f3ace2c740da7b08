import { setTimeout } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import type { ClusterClient } from './cluster/client.ts'
import type { Config } from './config.ts'
import { OperatorError } from './errors.ts'
import { loggerOptions } from './http/server/logging.ts'
import { Lifecycle } from './operation/lifecycle.ts'
import { seedDigest } from './seed/digest.ts'
import type { Storage } from './storage/contract/storage.ts'
import { isFileStorage, openStorage } from './storage/open-storage.ts'

/** How long requests in flight may take to finish after a signal, in milliseconds. */
const DRAIN_LIMIT = 20_000

/**
 * Serves the API until SIGTERM or SIGINT: listens at once and answers 503 while the database is brought up to
 * date and seeded, then ready. On a signal it turns unready, finishes what is in flight, and closes the database.
 * With several processes, each does so, and one more looks after them and the database.
 * @throws OperatorError when the database or the address cannot be used, or processes keep ending
 */
export async function serve(config: Config): Promise<void> {
  if (config.PROCESSES === 1) return serveAlone(config)
  const { default: cluster } = await import('node:cluster')
  return cluster.isPrimary ? servePrimary(config) : serveWorker(config)
}

async function serveAlone(config: Config): Promise<void> {
  const { app, storage, lifecycle, close } = await service(config)
  closeWithGrace({ delay: DRAIN_LIMIT + config.SHUTDOWN_DELAY, logger: app.log }, close)
  try {
    const address = await listen(app, config)
    await prepare(storage, app.log)
    lifecycle.ready()
    sayReady(app.log, address)
  } catch (error) {
    await app.close()
    throw error
  }
}

/** Brings the database up to date, and keeps processes that answer. */
async function servePrimary(config: Config): Promise<void> {
  const { ClusterSupervisor } = await import('./cluster/supervisor.ts')
  const storage = openStorage(config.DATABASE_URL)
  const { log } = Fastify({ logger: loggerOptions(config.LOG_LEVEL) })
  const primary = new ClusterSupervisor(config.PROCESSES, log)
  closeWithGrace({ delay: DRAIN_LIMIT + config.SHUTDOWN_DELAY + 1000, logger: log }, ({ err }) => {
    if (err) log.fatal({ err }, 'Closing after a fault')
    return primary.stop()
  })
  try {
    const [address] = await Promise.all([primary.listening(), prepare(storage, log)])
    await storage.close()
    primary.ready()
    sayReady(log, address)
    await primary.failure
  } catch (error) {
    await primary.stop()
    await storage.close()
    throw error
  }
}

/** Signals that end a process; they often reach every process of a group. */
const SIGNALS: ('SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT')[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']

/** Answers beside others, and does what the primary process says. */
async function serveWorker(config: Config): Promise<void> {
  const { ClusterClient } = await import('./cluster/client.ts')
  const lifecycle = new Lifecycle()
  // The primary's word and a signal are one, whichever comes first.
  let isAsked = false
  let drain = () => {}
  const askToDrain = () => {
    if (!isAsked) drain()
    isAsked = true
  }
  for (const signal of SIGNALS) process.on(signal, askToDrain)
  const peers = new ClusterClient({ ready: () => lifecycle.ready(), drain: askToDrain })
  try {
    const { app, close } = await service(config, lifecycle, peers)
    const options = { delay: DRAIN_LIMIT + config.SHUTDOWN_DELAY, logger: app.log, skip: SIGNALS }
    const grace = closeWithGrace(options, close)
    drain = () => grace.close()
    if (isAsked) return drain()
    try {
      await peers.send({ type: 'listening', address: await listen(app, config) })
    } catch (error) {
      await app.close()
      throw error
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    await peers.send({ type: 'failed', message: error.message })
    process.disconnect()
  }
}

async function service(config: Config, lifecycle = new Lifecycle(), peers?: ClusterClient) {
  const storage = openStorage(config.DATABASE_URL)
  const app = await buildApp({ stores: storage, config, lifecycle, ...(peers && { peers }) })
  app.addHook('onClose', () => storage.close())
  const close = async ({ err }: { err?: Error | undefined }) => {
    if (err) app.log.fatal({ err }, 'Closing after a fault')
    lifecycle.drain()
    await setTimeout(config.SHUTDOWN_DELAY)
    await app.close()
  }
  return { app, storage, lifecycle, close }
}

/** Brings the database up to date and loads the seed, unless it is known to be there. */
async function prepare(storage: Storage, log: FastifyBaseLogger): Promise<void> {
  const applied = await storage.migrate()
  if (applied.length > 0) log.info({ applied }, 'The database is up to date')
  const file = isFileStorage(storage) ? storage : null
  const digest = seedDigest()
  if (await file?.isLoaded(digest)) return
  const { readSeed } = await import('./seed/seed.ts')
  const report = await (file ? file.load(readSeed(), digest) : storage.load(readSeed()))
  if (report.added + report.updated + report.removed > 0) log.info({ report }, 'The seed is loaded')
}

function sayReady(log: FastifyBaseLogger, address: string): void {
  log.info(`Ready. Documentation: ${address}/docs`)
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
