import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStorage } from '../../../src/storage/open-storage.ts'
import { describeActorStoreContract } from '../../contract/actor-store.contract.ts'
import { describeDatasetStoreContract } from '../../contract/dataset-store.contract.ts'
import { describeFacetStoreContract } from '../../contract/facet-store.contract.ts'
import { describeIncidentStore } from '../../contract/incident-store.contract.ts'
import { describePlaceStoreContract } from '../../contract/place-store.contract.ts'
import { describeSourceStoreContract } from '../../contract/source-store.contract.ts'
import { describeStatsStore } from '../../contract/stats-store.contract.ts'
import { describeTollStoreContract } from '../../contract/toll-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(name: string, now = () => new Date()) {
  const storage = openStorage(`sqlite:${join(folder, `${name}.db`)}`, { now })
  await storage.migrate()
  return storage
}

describeIncidentStore((now) => open('incidents', now))
describeStatsStore(() => open('stats'))
describePlaceStoreContract((now) => open('places', now))
describeActorStoreContract((now) => open('actors', now))
describeSourceStoreContract((now) => open('sources', now))
describeDatasetStoreContract((now) => open('datasets', now))
describeTollStoreContract((now) => open('tolls', now))
describeFacetStoreContract((now) => open('facets', now))
