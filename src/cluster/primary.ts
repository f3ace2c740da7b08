import closeWithGrace from 'close-with-grace'
import Fastify from 'fastify'
import type { Config } from '../config.ts'
import { loggerOptions } from '../http/server/logging.ts'
import { DRAIN_TIMEOUT_MS, logReady, prepareDatabase } from '../service.ts'
import { openStorage } from '../storage/open-storage.ts'
import { ClusterSupervisor } from './supervisor.ts'

/** Time that the workers have for exiting once they are drained, in milliseconds. */
const EXIT_TIMEOUT_MS = 1000

/**
 * Runs the primary process: brings the database up to date and keeps the workers running until a signal.
 * @throws OperatorError when the database or the address cannot be used, or workers keep exiting
 */
export async function runPrimary(config: Config): Promise<void> {
  const storage = openStorage(config.DATABASE_URL)
  const { log } = Fastify({ logger: loggerOptions(config.LOG_LEVEL) })
  const supervisor = new ClusterSupervisor(config.PROCESSES, log)
  const delay = DRAIN_TIMEOUT_MS + config.SHUTDOWN_DELAY + EXIT_TIMEOUT_MS
  /** The workers cannot all remove SQLite's log: of two that close at once, each leaves it to the other. */
  const stop = async () => {
    await supervisor.stop()
    await storage.close()
  }
  closeWithGrace({ delay, logger: log }, ({ err }) => {
    if (err) log.fatal({ err }, 'Closing after an error')
    return stop()
  })
  try {
    const [address] = await Promise.all([supervisor.listening(), prepareDatabase(storage, log)])
    supervisor.ready()
    logReady(log, address)
    await supervisor.failure
  } catch (error) {
    await stop()
    throw error
  }
}
