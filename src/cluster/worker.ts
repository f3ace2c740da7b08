import closeWithGrace, { type Signals } from 'close-with-grace'
import type { Config } from '../config.ts'
import { databaseUnavailable, OperatorError, REPLACED } from '../errors.ts'
import { Lifecycle } from '../operation/lifecycle.ts'
import { createService, DRAIN_TIMEOUT_MS, FAULT_SIGNALS, listen } from '../service.ts'
import { ClusterClient } from './client.ts'
import { createRateStore } from './rate-store.ts'

/** Signals that end a process; a terminal sends them to every process of the group. */
const SIGNALS: Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']

/** Runs a worker process: serves requests once the primary says that it is ready, until it says drain. */
export async function runWorker(config: Config): Promise<void> {
  const lifecycle = new Lifecycle()
  // A message of the primary and a signal mean the same; only the first one counts.
  let isDrainRequested = false
  let drain = () => {}
  const requestDrain = () => {
    if (!isDrainRequested) drain()
    isDrainRequested = true
  }
  for (const signal of SIGNALS) process.on(signal, requestDrain)
  /** A worker that replaces another must not serve a file that was put in the place of the others'. */
  let identity = ''
  const client = new ClusterClient({
    ready(expected) {
      if (identity === expected) lifecycle.ready()
      else lifecycle.fail(databaseUnavailable(REPLACED).message)
    },
    unavailable: (reason) => lifecycle.fail(reason),
    drain: requestDrain,
  })
  try {
    const { app, storage, close } = await createService(config, {
      lifecycle,
      peers: client,
      rateStore: createRateStore(client),
    })
    identity = storage.identity
    const delay = DRAIN_TIMEOUT_MS + config.SHUTDOWN_DELAY
    const grace = closeWithGrace({ delay, logger: app.log, skip: [...SIGNALS, ...FAULT_SIGNALS] }, close)
    drain = () => grace.close()
    if (isDrainRequested) return drain()
    try {
      await client.send({ type: 'listening', address: await listen(app, config) })
    } catch (error) {
      await app.close()
      throw error
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    await client.send({ type: 'failed', message: error.message })
    process.disconnect()
  }
}
