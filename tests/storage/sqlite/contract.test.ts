import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStorage } from '../../../src/storage/open-storage.ts'
import { describeActorStoreContract } from '../../contract/actor-store.contract.ts'
import { describeCheckContract } from '../../contract/check.contract.ts'
import { describeDatasetStoreContract } from '../../contract/dataset-store.contract.ts'
import type { OpenEngine } from '../../contract/engine.ts'
import { describeFacetStoreContract } from '../../contract/facet-store.contract.ts'
import { describeImportContract } from '../../contract/import.contract.ts'
import { describeIncidentStoreContract } from '../../contract/incident-store.contract.ts'
import { describeLinkStoreContract } from '../../contract/link-store.contract.ts'
import { describeLoadContract } from '../../contract/load.contract.ts'
import { describePlaceStoreContract } from '../../contract/place-store.contract.ts'
import { describeSourceStoreContract } from '../../contract/source-store.contract.ts'
import { describeStatsStoreContract } from '../../contract/stats-store.contract.ts'
import { describeStorageContract } from '../../contract/storage.contract.ts'
import { describeTermStoreContract } from '../../contract/term-store.contract.ts'
import { describeTollStoreContract } from '../../contract/toll-store.contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function open(name: string, now = () => new Date()) {
  const storage = openStorage(`sqlite:${join(folder, `${name}.db`)}`, { now })
  await storage.migrate()
  return storage
}

describeIncidentStoreContract((now) => open('incidents', now))
describeStatsStoreContract(() => open('stats'))
describePlaceStoreContract((now) => open('places', now))
describeActorStoreContract((now) => open('actors', now))
describeSourceStoreContract((now) => open('sources', now))
describeDatasetStoreContract((now) => open('datasets', now))
describeTollStoreContract((now) => open('tolls', now))
describeFacetStoreContract((now) => open('facets', now))
describeTermStoreContract((now) => open('terms', now))

/** Numbers the databases of suites that open several. */
let opened = 0
const openNew: OpenEngine = (now) => {
  opened += 1
  return open(`new-${opened}`, now)
}

describeStorageContract(openNew)
describeLoadContract(openNew)
describeImportContract(openNew)
describeCheckContract(openNew)
describeLinkStoreContract(openNew)
