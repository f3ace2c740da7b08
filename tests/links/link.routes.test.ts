import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import type { IncidentLink } from '../../src/links/link.schema.ts'
import { readSeed } from '../../src/seed/seed.ts'
import type { RecordBatch } from '../../src/storage/contract/storage.ts'
import { findProblems } from '../support/database.ts'
import { OpenApiOracle } from '../support/openapi.ts'
import { type Service, startService } from '../support/service.ts'

interface Page {
  data: IncidentLink[]
  page: { next: string | null }
  links: { next: string | null }
  datasets: { id: string }[]
}

const SAMARRA = 'seed:samarra-2017-01-02'

/** Builds the seed with copies of the attack in Samarra in three invented data sets, each farther away. */
const buildBatch = (): RecordBatch => {
  const seed = readSeed()
  const given = seed.incidents.find(({ record }) => record.id === SAMARRA)
  const [dataset] = seed.datasets
  if (!given || !dataset) throw new Error('The seed has Samarra and data sets')
  const made = [1, 2, 3].map((number) => ({
    record: {
      ...given.record,
      id: `made-${number}:samarra`,
      dataset: `made-${number}`,
      part_of: [],
      latitude: (given.record.latitude ?? 0) + number / 50,
    },
    claims: [],
  }))
  return {
    ...seed,
    datasets: [...seed.datasets, ...made.map(({ record }) => ({ ...dataset, id: record.dataset }))],
    incidents: [...seed.incidents, ...made],
  }
}

let service: Service
let api: OpenApiOracle
const get = async <T = Page>(path: string) => (await api.fetch(`${service.origin}${path}`)).body as T
const LINKS = `/v1/incidents/${SAMARRA}/links`

beforeAll(async () => {
  service = await startService({ batch: buildBatch() })
  api = await OpenApiOracle.load(service.origin)
  await service.storage.suggestLinks({
    ...{ datasets: [], days: 2, minScore: 0.6, dryRun: false, onProgress: () => {} },
  })
})
afterAll(() => service.close())

describe('the links of an incident', () => {
  test('are listed best first, with the data sets of the other records', async () => {
    const { data, datasets } = await get(LINKS)
    expect(data.map(({ record }) => record.id)).toEqual([
      'made-1:samarra',
      'made-2:samarra',
      'made-3:samarra',
    ])
    expect(data.map(({ dataset }) => dataset)).toEqual(['made-1', 'made-2', 'made-3'])
    expect(datasets.map(({ id }) => id)).toEqual(['made-1', 'made-2', 'made-3'])
    for (const { components, score } of data) {
      const sum = components.reduce((all, part) => all + part.weight * (part.score ?? 0), 0)
      expect(sum).toBeCloseTo(score, 3)
    }
  })

  test('are paged', async () => {
    const found: string[] = []
    let path: string | null = `${LINKS}?limit=1`
    while (path) {
      const { data, links }: Page = await get(path)
      found.push(...data.map(({ record }) => record.id))
      path = links.next
    }
    expect(found).toEqual(['made-1:samarra', 'made-2:samarra', 'made-3:samarra'])
  })

  test('are filtered by status, and a decision changes the response and its ETag', async () => {
    const etag = async () => (await fetch(`${service.origin}${LINKS}`)).headers.get('etag')
    const before = await etag()
    await service.storage.decideLink({
      ...{ ids: [SAMARRA, 'made-2:samarra'], status: 'accepted', decidedBy: 'A. Curator', note: null },
    })
    expect(await etag()).not.toBe(before)
    expect((await get(`${LINKS}?status=accepted`)).data).toMatchObject([
      { record: { id: 'made-2:samarra' }, decisions: [{ status: 'accepted', decided_by: 'A. Curator' }] },
    ])
    expect((await get(`${LINKS}?status=suggested,rejected`)).data).toHaveLength(2)
    const { data } = await get<{ data: Incident[] }>('/v1/incidents?fields=id,same_as&dataset=seed')
    expect(data.find(({ id }) => id === SAMARRA)).toEqual({ id: SAMARRA, same_as: ['made-2:samarra'] })
  })

  test('of an unknown incident return 404 with the nearest id, and an invalid parameter is named', async () => {
    expect(await get('/v1/incidents/seed:samara-2017-01-02/links')).toMatchObject({
      code: 'record_not_found',
      errors: [{ suggestion: SAMARRA }],
    })
    expect(await get(`${LINKS}?status=acepted`)).toMatchObject({
      code: 'invalid_parameter',
      errors: [{ parameter: 'status', suggestion: 'accepted' }],
    })
    expect(await get(`${LINKS}?stauts=accepted`)).toMatchObject({ code: 'unknown_parameter' })
  })

  test('are removed with a record that a later load lacks', async () => {
    const { storage } = service
    const whole = buildBatch()
    const without = {
      ...whole,
      incidents: whole.incidents.filter(({ record }) => record.dataset !== 'made-2'),
    }
    expect(await storage.load(without)).toMatchObject({ removed: 1, updated: 0 })
    expect((await get(LINKS)).data.map(({ record }) => record.id)).toEqual([
      'made-1:samarra',
      'made-3:samarra',
    ])
    expect(await get<Incident>(`/v1/incidents/${SAMARRA}`)).toMatchObject({ same_as: [] })
    expect(await findProblems(storage)).toEqual([])
    expect(await storage.load(without)).toMatchObject({ added: 0, updated: 0, removed: 0 })
  })
})
