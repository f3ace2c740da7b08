import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { buildApp, IN_PROCESS } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import type { Lifecycle } from '../../src/operation/lifecycle.ts'
import type { RecordBatch, Storage } from '../../src/storage/contract/storage.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import { createSeededDatabase } from './shared-files.ts'

/** A running service with its own database. */
export interface Service {
  app: FastifyInstance
  storage: Storage
  /** The file of the database. */
  path: string
  /** `http://127.0.0.1:PORT`, a real listening server. */
  origin: string
  close(): Promise<void>
}

/** Creates a folder that is removed after the test. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the application with the seed, unless another batch is given. */
export async function startService({
  batch,
  config = {},
  lifecycle,
  now,
}: {
  batch?: RecordBatch
  config?: Partial<Config>
  lifecycle?: Lifecycle
  /** The clock of what is written. */
  now?: () => Date
} = {}): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
  const path = join(folder, 'incidents.db')
  if (!batch) copyFileSync(await createSeededDatabase(), path)
  const storage = openStorage(`sqlite:${path}`, now ? { now } : {})
  if (batch) {
    await storage.migrate()
    await storage.load(batch)
  }
  const app = await buildApp({
    stores: storage,
    config: { ...IN_PROCESS, RESPONSE_CACHE: 8, ...config },
    ...(lifecycle && { lifecycle }),
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    storage,
    path,
    origin,
    async close() {
      const closed = app.close()
      // A client that has not read a response keeps its connection for half a minute.
      app.server.closeAllConnections()
      await closed
      await storage.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
