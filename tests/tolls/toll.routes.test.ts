import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Toll, TollDetail } from '../../src/tolls/toll.schema.ts'
import { OpenApiOracle } from '../support/openapi.ts'
import { type Service, startService } from '../support/service.ts'

const TOLL = 'seed:baghdad-bombings-2016-12-31'
let service: Service
let api: OpenApiOracle
const get = async <T>(path: string) => (await api.fetch(`${service.origin}${path}`)).body as T

beforeAll(async () => {
  service = await startService()
  api = await OpenApiOracle.load(service.origin)
})
afterAll(() => service.close())

test('a total is returned with its two incidents and a remainder of at least 28', async () => {
  const toll = await get<TollDetail>(`/v1/tolls/${TOLL}`)
  expect(toll.fatalities).toMatchObject({ low: 61, best: 61, high: null })
  expect(toll.accounted).toEqual({ low: 33, best: 33, high: 33 })
  expect(toll.remainder).toEqual({ low: 28, best: 28, high: null })
  expect(toll.incidents.map(({ id }) => id).sort()).toEqual([
    'seed:baghdad-other-attacks-2017-01-02',
    'seed:sadr-city-2017-01-02',
  ])
  expect([toll.date_start, toll.date_end]).toEqual(['2016-12-31', '2017-01-02'])
  expect(toll.claims).toEqual([
    expect.objectContaining({ claimant: 'Reuters', qualifier: 'more_than', low: 61, paragraph: 2 }),
  ])
})

test.each([
  ['', 1],
  ['city=Baghdad', 1],
  ['city=Samarra', 0],
  ['country=IQ', 1],
  ['place=geonames:98182', 1],
  ['dataset=seed', 1],
  ['date_from=2017-01-02', 1],
  ['date_from=2017-01-03', 0],
  ['date_to=2016-12-30', 0],
])('?%s returns %i', async (query, size) => {
  const { data } = await get<{ data: Toll[] }>(`/v1/tolls?${query}`)
  expect(data).toHaveLength(size)
})

test('an unknown id returns the nearest id, and an invalid parameter is named', async () => {
  expect(await get(`/v1/tolls/seed:baghdad-bombing-2016-12-31`)).toMatchObject({
    errors: [{ suggestion: TOLL }],
  })
  expect(await get('/v1/tolls?deaths_min=3')).toMatchObject({ code: 'unknown_parameter' })
  expect(await get('/v1/tolls?date_from=2017-01-02&date_to=2017-01-01')).toMatchObject({
    code: 'invalid_parameter',
  })
})
