import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openSqlite } from '../../../src/storage/sqlite/storage.ts'
import { describeIncidentStore } from '../../contract/incident-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describeIncidentStore(async () => {
  const storage = openSqlite(`sqlite:${join(folder, 'contract.db')}`)
  await storage.migrate()
  return storage
})
