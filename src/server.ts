import cluster from 'node:cluster'
import closeWithGrace from 'close-with-grace'
import { runPrimary } from './cluster/primary.ts'
import { runWorker } from './cluster/worker.ts'
import type { Config } from './config.ts'
import {
  createService,
  DRAIN_TIMEOUT_MS,
  FAULT_SIGNALS,
  listen,
  logReady,
  prepareDatabase,
  watchDatabase,
} from './service.ts'

/**
 * Serves the API until SIGTERM or SIGINT: listens at once and responds with 503 while the database is brought up to
 * date and seeded. On a signal it turns unready, finishes the requests in flight, and closes the database.
 * With several processes, each worker does so, and the primary process manages them and prepares the database.
 * @param warnings of the configuration, which are logged once
 * @throws OperatorError when the database or the address cannot be used, or workers keep exiting
 */
export async function serve(config: Config, warnings: readonly string[] = []): Promise<void> {
  if (config.PROCESSES === 1) return serveAlone(config, warnings)
  return cluster.isPrimary ? runPrimary(config, warnings) : runWorker(config)
}

async function serveAlone(config: Config, warnings: readonly string[]): Promise<void> {
  const { app, storage, lifecycle, close } = await createService(config)
  for (const warning of warnings) app.log.warn(warning)
  const delay = DRAIN_TIMEOUT_MS + config.SHUTDOWN_DELAY
  closeWithGrace({ delay, logger: app.log, skip: FAULT_SIGNALS }, close)
  try {
    const address = await listen(app, config)
    await prepareDatabase(storage, config, app.log)
    lifecycle.ready()
    watchDatabase(storage, app.log, (reason) => lifecycle.fail(reason))
    logReady(app.log, address, config)
  } catch (error) {
    await app.close()
    throw error
  }
}
