import { once } from 'node:events'
import { type AddressInfo, createServer, Server } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import type { Signals } from 'close-with-grace'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp, type Dependencies } from './app.ts'
import { type Config, DEFAULT_DATABASE_URL } from './config.ts'
import { OperatorError, ServiceError } from './errors.ts'
import { MAX_EVENT_LOOP_DELAY_MS } from './http/server/overload.ts'
import { Lifecycle } from './operation/lifecycle.ts'
import { fileMetrics } from './operation/metric-sources.ts'
import { createMetricsServer } from './operation/metrics-server.ts'
import { seedDigest } from './seed/digest.ts'
import type { Storage } from './storage/contract/storage.ts'
import { isFileStorage, openConfiguredStorage } from './storage/open-storage.ts'

/** How long requests in flight may take to finish after a signal, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 20_000

/**
 * Signals that report a fault of the instruction that is being executed, such as access to a mapped file that was cut
 * short. They must end the process: with a handler, the instruction is repeated and fails again, for ever.
 */
export const FAULT_SIGNALS: Signals[] = ['SIGBUS', 'SIGSEGV', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGABRT']

/** How often the database is checked when there are no requests, in milliseconds. */
const DATABASE_CHECK_MS = 1000
/** How long a service that is unready waits for connections that are idle, in milliseconds. */
const MAX_CLIENT_WAIT_MS = 500

/**
 * Lets the heap grow to three times what is in use before all of it is searched for garbage. V8 counts the bytes of
 * responses towards a heap that is small without them: it searched it every 120 pages of 50 records, which took a third
 * of the processor time.
 */
const HEAP_GROWTH = '--heap-growing-percent=200'

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
  setFlagsFromString(HEAP_GROWTH)
  const storage = openConfiguredStorage(config)
  const metricSources = isFileStorage(storage) ? fileMetrics(storage.path) : []
  const app = await buildApp({
    stores: storage,
    config,
    lifecycle,
    metricSources,
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    ...cluster,
  })
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

/**
 * Applies missing migrations, loads the seed, unless this seed was loaded and nothing has changed since, and derives what
 * sums are read from, where it is missing.
 */
export async function prepareDatabase(
  storage: Storage,
  config: Config,
  log: FastifyBaseLogger,
): Promise<void> {
  await loadSeed(storage, config, log)
  const start = performance.now()
  await storage.prepareSums()
  const seconds = Math.round((performance.now() - start) / 100) / 10
  if (seconds >= 1) log.info({ seconds }, 'Sums are prepared')
}

async function loadSeed(storage: Storage, { DATABASE_URL }: Config, log: FastifyBaseLogger): Promise<void> {
  if (isFileStorage(storage) && storage.isNew) {
    const line = `There was no database at ${storage.path}: a new one is created and seeded`
    if (DATABASE_URL === DEFAULT_DATABASE_URL) log.info(line)
    else log.warn(`${line}. If you expected records, check DATABASE_URL`)
  }
  const applied = await storage.migrate()
  if (applied.length > 0) log.info({ applied }, 'The database is up to date')
  const file = isFileStorage(storage) ? storage : null
  const digest = seedDigest()
  if (file?.isReadOnly) log.info('The database is read-only: it is served as it is')
  if (await file?.isLoaded(digest)) return
  if (file?.isReadOnly) {
    log.warn(
      'Whether the read-only database holds the seed of this release is unknown: start the service once where it can be written',
    )
    return
  }
  // Most starts return above: the reader and its schemas would cost each of them some 30 ms.
  const { readSeed } = await import('./seed/seed.ts')
  const report = await (file ? file.load(readSeed(), digest) : storage.load(readSeed()))
  if (report.added + report.updated + report.removed > 0) log.info({ report }, 'The seed is loaded')
}

/**
 * Listens on the configured address, which is returned with the port that the system chose.
 * @throws OperatorError when the address cannot be used
 */
export async function listen(
  app: FastifyInstance,
  { HOST, PORT, METRICS_HOST, METRICS_PORT }: Config,
): Promise<string> {
  if (METRICS_PORT !== null) await listenForMetrics(app, METRICS_HOST, METRICS_PORT)
  try {
    return await app.listen({ host: HOST, port: PORT })
  } catch (error) {
    throw explainListening(error, HOST, 'PORT', PORT)
  }
}

async function listenForMetrics(app: FastifyInstance, host: string, port: number): Promise<void> {
  const server = createMetricsServer(app.metrics)
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (error) {
    throw explainListening(error, host, 'METRICS_PORT', port)
  }
  app.addHook('onClose', async () => {
    server.close()
    server.closeAllConnections()
  })
  const { address, family, port: chosen } = server.address() as AddressInfo
  app.log.info(`Metrics: http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}/metrics`)
}

/**
 * Lets the system choose a port, for all workers.
 * @throws OperatorError when the address cannot be used
 */
export async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0 })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explainListening(error, host, 'PORT', 0)
  }
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function explainListening(error: unknown, host: string, setting: string, port: number): OperatorError {
  const { code, message } = error as NodeJS.ErrnoException
  const cause = code === 'EADDRINUSE' ? `port ${port} is taken: set ${setting} to another one` : message
  return new OperatorError(`Cannot listen on ${host}: ${cause}`, { cause: error })
}

/**
 * Checks at an interval that the database is still the one that was opened, and logs once when it is not.
 * @param onFailure is called then, with the reason, a sentence; the process must not serve the data after that
 * @returns checks it at once
 */
export function watchDatabase(
  storage: Storage,
  log: FastifyBaseLogger,
  onFailure: (reason: string) => void,
): () => Promise<void> {
  let hasFailed = false
  const check = async () => {
    try {
      if (!hasFailed) await storage.probe()
    } catch (error) {
      // Anything else may pass, such as a lock.
      if (!(error instanceof ServiceError) || error.code !== 'unavailable' || hasFailed) return
      hasFailed = true
      log.fatal({ err: error }, error.message)
      onFailure(error.message)
    }
  }
  setInterval(check, DATABASE_CHECK_MS).unref()
  return check
}

/** Logs the line that marks the end of the start, also for scripts that wait for it. */
export function logReady(log: FastifyBaseLogger, address: string, { BASE_PATH }: Config): void {
  log.info(`Ready. Documentation: ${address}${BASE_PATH ?? ''}/docs`)
}
