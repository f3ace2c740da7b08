import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from '../../src/places/place.schema.ts'
import { OpenApiOracle } from '../support/openapi.ts'
import { type Service, startService } from '../support/service.ts'

interface Page {
  data: (Place & { parent?: string | null })[]
  page: { next: string | null }
  links: { next: string | null }
}

let service: Service
let api: OpenApiOracle
const get = async <T = Page>(path: string) => (await api.fetch(`${service.origin}${path}`)).body as T

beforeAll(async () => {
  service = await startService()
  api = await OpenApiOracle.load(service.origin)
})
afterAll(() => service.close())

describe('places', () => {
  test.each([
    ['q=Samarra', 'Samarra'],
    ['q=samar', 'Samarra'],
    ['q=SĀMARRĀʾ', 'Samarra'],
    ['q=سامر', 'Samarra'],
    ['q=Bagdad&kind=city', 'Baghdad'],
    ['q=Багдад', 'Baghdad'],
    ['q=巴格', 'Baghdad'],
    ['q=sadr', 'Sadr City'],
    ['q=city&kind=district', 'Sadr City'],
    ['q=falluja', 'Al Fallūjah'],
    ['q=IRQ', 'Iraq'],
    ['q=العراق', 'Iraq'],
    ['q=Côte d’Iv', "Cote d'Ivoire"],
    ['q=mosul&country=IQ', 'Mosul'],
  ])('?%s returns first %s', async (query, name) => {
    const { data } = await get(`/v1/places?${new URLSearchParams(query)}`)
    expect(data[0]?.name).toBe(name)
  })

  test('a text similar to no name, or a name in another country, finds nothing', async () => {
    expect((await get('/v1/places?q=qqqqqqqq')).data).toEqual([])
    expect((await get('/v1/places?q=mosul&country=FR')).data).toEqual([])
  })

  test('the number of incidents of a place includes the places in it', async () => {
    const count = async (id: string) => (await get<Place>(`/v1/places/${id}`)).incidents
    expect(await count('geonames:98182')).toBe(2)
    expect(await count('geonames:IQ.07.sadr-city')).toBe(1)
    expect(await count('geonames:IQ.18')).toBe(1)
    expect(await count('iso3166:IQ')).toBe(3)
    expect(await count('iso3166:FR')).toBe(0)
  })

  test.each(['?limit=97', '?q=al&limit=7', '?kind=city,district&limit=50'])(
    '%s returns each place once over all pages',
    async (query) => {
      const ids: string[] = []
      for (let next: string | null = `/v1/places${query}`; next; ) {
        const page: Page = await get(next)
        ids.push(...page.data.map(({ id }) => id))
        next = page.links.next
      }
      expect(ids.length).toBeGreaterThan(20)
      expect(new Set(ids).size).toBe(ids.length)
    },
  )

  test('an unknown country returns 400, an unknown id 404', async () => {
    expect(await get('/v1/places?country=Iraqq')).toMatchObject({
      errors: [{ parameter: 'country', suggestion: 'Iraq' }],
    })
    expect(await get('/v1/places/geonames:0')).toMatchObject({ code: 'record_not_found' })
  })
})

test.each([
  ['/v1/actors', 'seed:islamic-state'],
  ['/v1/actors?q=daesh', 'seed:islamic-state'],
  ['/v1/actors?q=داعش', 'seed:islamic-state'],
  ['/v1/actors?q=iraqi pol', 'seed:police-of-iraq'],
  ['/v1/actors?kind=unknown', 'seed:unidentified'],
  ['/v1/sources', 'seed:reuters-2017-01-03'],
  ['/v1/sources?q=reuters', 'seed:reuters-2017-01-03'],
  ['/v1/sources?q=reutres', 'seed:reuters-2017-01-03'],
  ['/v1/datasets', 'geonames'],
  ['/v1/event-types', 'battles'],
])('%s lists first %s', async (path, id) => {
  expect((await get(path)).data[0]?.id).toBe(id)
})

test('actors, sources, data sets and event types have their number of incidents', async () => {
  const incidents = async (path: string, id: string) =>
    (await get(path)).data.find((item) => item.id === id)?.incidents
  expect(await incidents('/v1/actors', 'seed:islamic-state')).toBe(3)
  expect(await incidents('/v1/actors', 'seed:police-of-iraq')).toBe(1)
  expect(await incidents('/v1/sources', 'seed:reuters-2017-01-03')).toBe(3)
  expect(await incidents('/v1/datasets', 'seed')).toBe(3)
  expect(await incidents('/v1/event-types', 'explosions_remote_violence')).toBe(2)
  expect(await incidents('/v1/event-types', 'armed_clash')).toBe(1)
  expect(await incidents('/v1/event-types', 'riots')).toBe(0)
})
