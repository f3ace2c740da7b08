import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createRandom } from '../../../bench/statistics.ts'
import { expectUnnoticed, observe } from '../../support/drill.ts'
import { runIncidents, type Server, setUpServers } from '../../support/process.ts'
import { createSeededDatabase } from '../../support/shared-files.ts'

const { newPath, serve } = setUpServers({ RATE_LIMIT: 'off' })
let server: Server

const SYLLABLES = 'al ba dar el fa gor ha in ja ka lo mar na or pa qa ra sa tu ul va wa ya zan'.split(' ')

/** Writes a gazetteer in GeoNames' format with as many places as that of the world has, with invented names. */
function writeGazetteer(path: string, places: number): void {
  const random = createRandom(7)
  const pick = () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]
  const rows = Array.from({ length: places }, (_, index) => {
    const letters = Array.from({ length: 2 + Math.floor(random() * 4) }, pick).join('')
    const name = letters.charAt(0).toUpperCase() + letters.slice(1)
    const at = [(29 + random() * 8).toFixed(4), (39 + random() * 9).toFixed(4)]
    return [
      9_000_000 + index,
      name,
      name,
      '',
      ...at,
      'P',
      'PPL',
      'IQ',
      '',
      '07',
      '',
      '',
      '',
      '5000',
      '',
      '30',
      'Asia/Baghdad',
      '2020-01-01',
    ].join('\t')
  })
  writeFileSync(path, `${rows.join('\n')}\n`)
  writeFileSync(join(path, '../admin1CodesASCII.txt'), 'IQ.07\tBaghdad\tBaghdad\t98180\n')
}

beforeAll(async () => {
  const path = newPath()
  copyFileSync(await createSeededDatabase(), path)
  const file = join(path, '../cities500.txt')
  writeGazetteer(file, 170_000)
  const { code, stderr } = await runIncidents(['gazetteer', 'import', file], {
    env: { DATABASE_URL: `sqlite:${path}` },
    limit: 200_000,
  })
  expect(code, stderr).toBe(0)
  server = await serve(path)
}, 300_000)

/** Names like those of places, of which none is one. */
const unknown = (from: number) =>
  Array.from({ length: 100 }, (_, index) => `Marrabaghdaru${(from + index).toString(36)}xq`).join(',')

test.each([
  ['city', (from: number) => `/v1/incidents?city=${unknown(from)}`, 200],
  ['admin1', (from: number) => `/v1/incidents?admin1=${unknown(from)}`, 200],
  ['country', (from: number) => `/v1/incidents?country=${unknown(from)}`, 400],
  ['actor', (from: number) => `/v1/incidents?actor=${unknown(from)}`, 200],
  ['source', (from: number) => `/v1/incidents?source=${unknown(from)}`, 200],
  ['conflict', (from: number) => `/v1/facets?conflict=${unknown(from)}`, 200],
  ['q of /v1/places', (from: number) => `/v1/places?q=Marrabaghdaru${from}xq`, 200],
] as const)('ten requests at once for 100 unknown names in %s', async (name, path, status) => {
  const observed = await observe(`1,000 unknown names in ${name}`, server, async () => {
    const requests = Array.from({ length: 10 }, (_, index) => fetch(`${server.origin}${path(100 * index)}`))
    for (const response of await Promise.all(requests)) {
      expect(response.status).toBe(status)
      expect((await response.text()).length).toBeLessThan(64_000)
    }
  })
  expectUnnoticed(observed)
})
