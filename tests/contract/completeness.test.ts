import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Storage } from '../../src/storage/contract/storage.ts'

/** The contract suites of each member of a storage; a member without one does not compile. */
const SUITES: Readonly<Record<keyof Storage, readonly string[]>> = {
  incidents: ['incident-store'],
  tolls: ['toll-store'],
  places: ['place-store'],
  actors: ['actor-store'],
  sources: ['source-store'],
  datasets: ['dataset-store'],
  eventTypes: ['dataset-store'],
  links: ['link-store'],
  terms: ['term-store'],
  stats: ['stats-store', 'facet-store'],
  revision: ['storage'],
  cursorSecret: ['storage'],
  identity: ['storage'],
  probe: ['storage'],
  requireIntact: ['storage'],
  queuedQueries: ['storage'],
  migrate: ['storage'],
  load: ['load'],
  beginImport: ['import'],
  originals: ['import'],
  suggestLinks: ['link-store'],
  decideLink: ['link-store'],
  decideIdentity: ['actor-store'],
  check: ['check'],
  rebuild: ['check'],
  prepareSums: ['stats-store'],
  close: ['storage'],
}

/** The tests that run the suites on each engine. */
const ENGINES = ['../storage/sqlite/contract.test.ts']

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.contract.ts'))

test('every store and operation of a storage has a contract suite, and every suite is listed', () => {
  const named = new Set(Object.values(SUITES).flat())
  expect([...named].map((name) => `${name}.contract.ts`).sort()).toEqual(files.sort())
})

describe.each(ENGINES)('%s', (engine) => {
  test.each(files)('runs %s', (file) => {
    const [suite] = read(`./${file}`).match(/(?<=export function )describe\w+/) ?? []
    expect(suite).toBeDefined()
    expect(read(engine)).toContain(`${suite}(`)
  })
})
