import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OpenApiOracle } from '../../support/openapi.ts'
import { type Service, startService } from '../../support/service.ts'

interface Page {
  data: { id: string }[]
  hints: { parameter: string; message: string; suggestions: string[]; query?: string }[]
  links: { self: string }
}

interface Problem {
  code: string
  detail: string
  errors: { parameter: string; reason: string; suggestion?: string }[]
}

let service: Service
let api: OpenApiOracle
const get = async <T = Page>(path: string) => (await api.fetch(`${service.origin}${path}`)).body as T
const list = (query: string, path = 'incidents') => get(`/v1/${path}?${new URLSearchParams(query)}`)

beforeAll(async () => {
  service = await startService()
  api = await OpenApiOracle.load(service.origin)
})
afterAll(() => service.close())

describe('a place on the wrong level', () => {
  test.each([
    ['city=Salah ad Din', 'city', 'admin1=Salah%20ad%20Din', '1 incident.'],
    ['city=Salah ad Din&deaths_min=100', 'city', 'admin1=Salah%20ad%20Din', '0 incidents.'],
    ['city=Nineveh', 'city', 'admin1=Nineveh', '0 incidents.'],
    ['city=Iraq', 'city', 'country=Iraq', '3 incidents.'],
    ['admin1=Samarra', 'admin1', 'city=Samarra', '1 incident.'],
    ['admin1=Iraq&deaths_min=10', 'admin1', 'country=Iraq', '2 incidents.'],
  ])('?%s gives a hint on %s that names %s', async (query, parameter, right, count) => {
    for (const path of ['incidents', 'stats', 'facets', 'tolls']) {
      if (path === 'tolls' && query.includes('deaths')) continue
      const { hints } = await list(query, path)
      expect(hints).toEqual([
        { parameter, message: expect.stringContaining(`finds ${count}`), suggestions: [], query: right },
      ])
      expect(hints[0]?.message).toContain(decodeURIComponent(right))
    }
  })

  test('finds as many records as its hint says', async () => {
    const { hints } = await list('city=Salah ad Din')
    expect((await get(`/v1/incidents?${hints[0]?.query}`)).data).toHaveLength(1)
  })

  test('a name that is right gives none', async () => {
    for (const query of ['city=Baghdad', 'admin1=Baghdad', 'country=Iraq', 'city=Mosul'])
      expect((await list(query)).hints).toEqual([])
  })

  test.each([
    ['Samarra', 'city=Samarra'],
    ['Nineveh', 'admin1=Nineveh'],
  ])('as a country, %s is an error that suggests %s', async (name, suggestion) => {
    const { errors } = await get<Problem>(`/v1/incidents?country=${name}`)
    expect(errors).toEqual([expect.objectContaining({ parameter: 'country', suggestion })])
    expect((await get<Problem>(`/v1/places?country=${name}`)).errors[0]?.suggestion).not.toBe(suggestion)
  })
})

describe('latitude and longitude exchanged', () => {
  test.each([
    ['near=43.9,34.2&radius_km=5', 'near', '34.2,43.9', 1],
    ['bbox=33,44,34,45', 'bbox', '44,33,45,34', 2],
  ])('?%s finds nothing and gives a hint', async (query, parameter, value, count) => {
    for (const path of ['incidents', 'stats', 'facets']) {
      const { hints } = await list(query, path)
      expect(hints).toEqual([
        { parameter, message: expect.stringContaining(`finds ${count} incident`), suggestions: [value] },
      ])
    }
    const response = await fetch(`${service.origin}/v1/incidents?${query}&format=csv`)
    expect(JSON.parse(response.headers.get('x-hints') ?? '[]')).toHaveLength(1)
  })

  test.each(['near=34.2,43.9&radius_km=5', 'near=10,10&radius_km=5', 'bbox=44,33,45,34', 'bbox=0,0,1,1'])(
    '?%s gives none',
    async (query) => expect((await list(query)).hints).toEqual([]),
  )

  test.each([
    ['near=100.5,13.7&radius_km=5', 'near', '13.7,100.5'],
    ['near=100.5,130&radius_km=5', 'near', undefined],
    ['bbox=13,100,14,101', 'bbox', '100,13,101,14'],
    ['bbox=100,95,101,96', 'bbox', undefined],
    ['bbox=40,35,45,30', 'bbox', '40,30,45,35'],
  ])('?%s is an error that shows %s=%s', async (query, parameter, suggestion) => {
    const { errors } = await get<Problem>(`/v1/incidents?${query}`)
    expect(errors).toEqual([expect.objectContaining({ parameter })])
    expect(errors[0]?.suggestion).toBe(suggestion)
  })
})

test.each([
  ['404,33,405,34', 400],
  ['-316,33,-315,34', 2],
  ['-200,33,45,34', 2],
  ['170,33,404,34', 400],
  ['-180,33,180,34', 2],
  ['0,33,360,34', 2],
  ['-360,-90,360,90', 3],
  ['170,-20,190,10', 0],
])('a box %s that goes beyond 180 degrees is wrapped: %i', async (box, expected) => {
  const { data, errors } = await get<Page & Problem>(`/v1/incidents?bbox=${box}`)
  if (expected === 400) expect(errors).toContainEqual({ parameter: 'bbox', reason: 'must be at most 360' })
  else expect(data).toHaveLength(expected)
})

describe('parameters of other APIs', () => {
  test.each([
    ['year=2017', 'date_from=2017-01-01&date_to=2017-12-31'],
    ['event_date=2017-01-02', 'date_from=2017-01-02&date_to=2017-01-02'],
    ['event_date=2017', 'date_from'],
    ['start_date=2017-01-02', 'date_from'],
    ['StartDate=2017-01-02', 'date_from'],
    ['endDate=2017-01-02', 'date_to'],
    ['page=2', 'cursor'],
    ['offset=100', 'cursor'],
    ['per_page=100', 'limit'],
    ['pagesize=100', 'limit'],
    ['page_size=100', 'limit'],
    ['_size=100', 'limit'],
    ['iso=368', 'country'],
    ['iso3=IRQ', 'country'],
    ['country_iso=IQ', 'country'],
    ['location_code=IRQ', 'country'],
    ['Country=645', 'country'],
    ['country_id=645', 'country=gw:645'],
    ['search=bomb', 'q'],
    ['query=bomb', 'q'],
    ['_search=bomb', 'q'],
    ['text=bomb', 'q'],
    ['fatalities=10', 'deaths_min=10&deaths_max=10'],
    ['deaths=many', 'deaths_min'],
    ['fatalities__gte=10', 'deaths_min'],
    ['latitude=33', 'near'],
    ['lon=44', 'near'],
    ['Geography=33 44,34 45', 'bbox'],
    ['admin_1=Baghdad', 'admin1'],
    ['province=Baghdad', 'admin1'],
    ['governorate=Baghdad', 'admin1'],
    ['location=Baghdad', 'city'],
    ['town=Baghdad', 'city'],
    ['order_by=date', 'sort'],
    ['ordering=date', 'sort'],
    ['output=csv', 'format'],
    ['output_format=csv', 'format'],
    ['_format=csv', 'format'],
    ['actor1=ISIS', 'actor'],
    ['event_id_cnty=IRQ1', 'id'],
    ['timestamp=1', 'updated_since'],
    ['citty=Baghdad', 'city'],
  ])('?%s is an error that suggests %s', async (query, suggestion) => {
    const { code, errors } = await get<Problem>(`/v1/incidents?${query}`)
    expect(code).toBe('unknown_parameter')
    expect(errors).toEqual([{ parameter: query.split('=')[0], reason: expect.any(String), suggestion }])
  })

  test('are mapped only to parameters that the endpoint has', async () => {
    for (const path of ['/v1/places?year=2017', '/v1/datasets?search=x', '/v1/facets?page=2']) {
      const { errors } = await get<Problem>(path)
      expect(errors[0]).not.toHaveProperty('suggestion')
    }
  })

  test('suggested values are accepted', async () => {
    const { errors } = await get<Problem>('/v1/incidents?year=2017')
    expect((await get(`/v1/incidents?${errors[0]?.suggestion}`)).data).toHaveLength(3)
  })

  test('of campaigns and caches are ignored, and are in no link', async () => {
    const noise = 'utm_source=x&utm_campaign=y&fbclid=1&gclid=2&_=1700000000'
    const noisy = await api.fetch(`${service.origin}/v1/incidents?city=Samarra&${noise}`)
    const plain = await api.fetch(`${service.origin}/v1/incidents?city=Samarra`)
    expect(noisy.body).toEqual(plain.body)
    expect((noisy.body as Page).links.self).toBe('/v1/incidents?city=Samarra')
    const etag = async (query: string) =>
      (await fetch(`${service.origin}/v1/incidents?city=Samarra${query}`)).headers.get('etag')
    expect(await etag(`&${noise}`)).toBe(await etag(''))
  })
})

test.each([
  ['/v1/incidents/SEED:samarra-2017-01-02', 'seed:samarra-2017-01-02'],
  ['/v1/incidents/Seed:Samarra-2017-01-02', 'seed:samarra-2017-01-02'],
  ['/v1/incidents/Seed:Samarra-2017-01-02/links', 'seed:samarra-2017-01-02'],
  ['/v1/incidents/seed:samara-2017-01-02', 'seed:samarra-2017-01-02'],
  ['/v1/tolls/SEED:BAGHDAD-BOMBINGS-2016-12-31', 'seed:baghdad-bombings-2016-12-31'],
  ['/v1/places/ISO3166:iq', 'iso3166:IQ'],
  ['/v1/places/geonames:iq.07', 'geonames:IQ.07'],
  ['/v1/incidents/seed:999999', undefined],
])('the 404 of %s suggests %s', async (path, suggestion) => {
  const { code, errors } = await get<Problem>(path)
  expect(code).toBe('record_not_found')
  expect(errors[0]?.suggestion).toBe(suggestion)
})
