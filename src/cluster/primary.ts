import closeWithGrace from 'close-with-grace'
import Fastify from 'fastify'
import type { Config } from '../config.ts'
import { OperatorError } from '../errors.ts'
import { createLoggerOptions } from '../http/server/logging.ts'
import {
  DRAIN_TIMEOUT_MS,
  FAULT_SIGNALS,
  findFreePort,
  logReady,
  prepareDatabase,
  watchDatabase,
} from '../service.ts'
import { openConfiguredStorage } from '../storage/open-storage.ts'
import { ClusterSupervisor } from './supervisor.ts'

/** Time that a worker has for exiting once it is drained, and this process once the workers have, in milliseconds. */
const EXIT_TIMEOUT_MS = 1000

/**
 * Runs the primary process: brings the database up to date and keeps the workers running until a signal.
 * @param warnings of the configuration, which are logged
 * @throws OperatorError when the database or the address cannot be used, or workers keep exiting
 */
export async function runPrimary(config: Config, warnings: readonly string[]): Promise<void> {
  const storage = openConfiguredStorage(config)
  const { log } = Fastify({ logger: await createLoggerOptions(config) })
  for (const warning of warnings) log.warn(warning)
  const port = config.PORT === 0 ? await findFreePort(config.HOST) : config.PORT
  const supervisor = new ClusterSupervisor(config.PROCESSES, port, log)
  const exitTimeout = DRAIN_TIMEOUT_MS + config.SHUTDOWN_DELAY + EXIT_TIMEOUT_MS
  /** The workers cannot all remove SQLite's log: of two that close at once, each leaves it to the other. */
  const stop = async () => {
    const failed = await supervisor.stop(exitTimeout)
    await storage.close()
    return failed
  }
  const options = { delay: exitTimeout + EXIT_TIMEOUT_MS, logger: log, skip: FAULT_SIGNALS }
  closeWithGrace(options, async ({ err }) => {
    if (err) log.fatal({ err }, 'Closing after an error')
    const failed = await stop()
    // What this throws is logged, and makes the exit code 1.
    if (failed > 0) throw new OperatorError(`${failed} of the processes did not close as they should`)
  })
  try {
    const [address] = await Promise.all([supervisor.listening(), prepareDatabase(storage, config, log)])
    supervisor.ready(
      storage.identity,
      watchDatabase(storage, log, (reason) => supervisor.makeUnavailable(reason)),
    )
    logReady(log, address, config)
    await supervisor.failure
  } catch (error) {
    await stop()
    throw error
  }
}
