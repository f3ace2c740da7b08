import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStorage } from '../../../src/storage/open-storage.ts'
import { describeIncidentStore } from '../../contract/incident-store.contract.ts'
import { describeStatsStore } from '../../contract/stats-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(name: string, now = () => new Date()) {
  const storage = openStorage(`sqlite:${join(folder, `${name}.db`)}`, { now })
  await storage.migrate()
  return storage
}

describeIncidentStore((now) => open('incidents', now))
describeStatsStore(() => open('stats'))
