import { check } from '@placemarkio/check-geojson'
import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { SORTS } from '../../src/incidents/incident.store.ts'
import { OpenApiOracle } from '../support/openapi.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

interface Page {
  data: Incident[]
  page: { limit: number; next: string | null; total?: number }
  links: { self: string; next: string | null }
  hints: { parameter: string; suggestions: string[] }[]
  datasets: { id: string; citation: string }[]
}

interface Problem {
  code: string
  detail: string
  errors: { parameter: string; reason: string; suggestion?: string }[]
}

const SADR_CITY = 'seed:sadr-city-2017-01-02'
const BAGHDAD = 'seed:baghdad-other-attacks-2017-01-02'
const SAMARRA = 'seed:samarra-2017-01-02'

describe('the seed', () => {
  let service: Service
  let api: OpenApiOracle
  const get = async <T = Page>(path: string, init?: RequestInit) =>
    (await api.fetch(`${service.origin}${path}`, init)).body as T

  beforeAll(async () => {
    service = await startService()
    api = await OpenApiOracle.load(service.origin)
  })
  afterAll(() => service.close())

  test.each([
    ['', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['city=Baghdad', [SADR_CITY, BAGHDAD]],
    ['city=Sadr City', [SADR_CITY]],
    ['city=samarra', [SAMARRA]],
    ['city=Sāmarrāʾ', [SAMARRA]],
    ['city=سامراء', [SAMARRA]],
    ['city=Samarra,Sadr City', [SADR_CITY, SAMARRA]],
    ['city=Samarra&city=Baghdad', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['city=Bagdad', []],
    ['place=geonames:98182', [SADR_CITY, BAGHDAD]],
    ['place=iso3166:IQ', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['admin1=Salah ad Din', [SAMARRA]],
    ['admin1=geonames:IQ.18', [SAMARRA]],
    ['country=IQ', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['country=IRQ', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['country=iraq', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['country=FR', []],
    ['deaths_min=24', [SADR_CITY]],
    ['deaths_min=10', [SADR_CITY, SAMARRA]],
    ['deaths_min=0', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['deaths_min=7&deaths_group=security_forces', [SAMARRA]],
    ['deaths_max=9', [BAGHDAD]],
    ['deaths_min=100&deaths_basis=high', [SAMARRA]],
    ['deaths_max=100&deaths_basis=high', [SADR_CITY, BAGHDAD]],
    ['injured_min=0', []],
    ['event_type=battles', [SAMARRA]],
    ['event_type=explosions_remote_violence', [SADR_CITY, BAGHDAD]],
    ['sub_event_type=remote_explosive_landmine_ied', [SADR_CITY]],
    ['kind=group', [BAGHDAD]],
    ['actor=Daesh', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['actor=داعش', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['actor=Iraqi police&actor_role=target', [SAMARRA]],
    ['actor=Iraqi police&actor_role=perpetrator', []],
    ['actor_role=other', [SAMARRA]],
    ['dataset=seed', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['dataset=ucdp-ged', []],
    ['source=Reuters', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['date_from=2017-01-02&date_to=2017-01-02', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['date_from=2017-01-03', []],
    ['date_to=2017-01-01', []],
    ['bbox=44,33,45,34', [SADR_CITY, BAGHDAD]],
    ['bbox=44.5,33,43.9,35', [SAMARRA]],
    ['near=34.2,43.9&radius_km=5', [SAMARRA]],
    ['near=33.34,44.4&radius_km=3', [BAGHDAD]],
    ['near=33.34,44.4&radius_km=200', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['q=busy SQUARE', [SADR_CITY]],
    ['q=SUICIDE vest', [SAMARRA]],
    ['q=police NEAR("', []],
    ['id=seed:samarra-2017-01-02,seed:nothing', [SAMARRA]],
    ['updated_since=2000-01-01T00:00:00Z', [SADR_CITY, BAGHDAD, SAMARRA]],
    ['updated_since=2999-01-01T00:00:00Z', []],
  ])('?%s', async (query, ids) => {
    const { data } = await get(`/v1/incidents?${new URLSearchParams(query)}`)
    expect(data.map(({ id }) => id).sort()).toEqual([...ids].sort())
  })

  test('an unknown name returns a hint with the nearest name', async () => {
    const queries = [
      ['city=Bagdad', 'city', 'Baghdad'],
      ['city=Samarrra', 'city', 'Samarra'],
      ['actor=Islamic Stat', 'actor', 'Islamic State'],
      ['source=Reuter', 'source', 'Reuters'],
      ['dataset=sed', 'dataset', 'seed'],
      ['admin1=Salah ad Dim', 'admin1', 'Salah ad Din'],
    ]
    for (const [query, parameter, suggestion] of queries) {
      const { data, hints } = await get(`/v1/incidents?${new URLSearchParams(query)}`)
      expect(data).toEqual([])
      expect(hints).toEqual([
        expect.objectContaining({ parameter, suggestions: expect.arrayContaining([suggestion]) }),
      ])
    }
  })

  test('the response lists the data sets that it used', async () => {
    const { datasets } = await get('/v1/incidents')
    expect(datasets).toEqual([expect.objectContaining({ id: 'seed', citation: expect.any(String) })])
    expect((await get('/v1/incidents?city=Bagdad')).datasets).toEqual([])
  })

  test('a single record includes claims, sources, parts and tolls', async () => {
    const samarra = await get<Incident & { claims: unknown[]; sources: unknown[] }>(
      `/v1/incidents/${SAMARRA}`,
    )
    expect(samarra.claims).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          claimant: 'Security sources',
          group: 'security_forces',
          low: 7,
          high: null,
        }),
        expect.objectContaining({
          claimant: 'Mahmoud Khalaf, mayor of Samarra',
          qualifier: 'declined_to_say',
          low: null,
        }),
        expect.objectContaining({ qualifier: 'some', group: 'security_forces', low: null }),
      ]),
    )
    expect(samarra.sites).toHaveLength(2)
    expect(samarra.sources).toEqual([
      expect.objectContaining({ publisher: 'Reuters', published_date: '2017-01-03' }),
    ])
    const bomb = await get<{ tolls: { id: string }[] }>(`/v1/incidents/${SADR_CITY}`)
    expect(bomb.tolls.map(({ id }) => id)).toEqual(['seed:baghdad-bombings-2016-12-31'])
  })

  test('every figure names claims of its record', async () => {
    const { data } = await get<{ data: (Incident & { claims: { id: string }[] })[] }>(
      '/v1/incidents?expand=claims',
    )
    for (const { fatalities, claims } of data) {
      const ids = claims.map(({ id }) => id)
      const figures = [fatalities, ...Object.values(fatalities?.by_group ?? {})].filter(
        (figure) => figure !== null,
      )
      for (const figure of figures) {
        expect(figure.claims.length).toBeGreaterThan(0)
        for (const id of figure.claims) expect(ids).toContain(id)
      }
    }
  })

  test.each([
    ['citty=Baghdad', 'unknown_parameter', 'citty', 'city'],
    ['deaths_min=-1', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=1e400', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=0x10', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=9007199254740993', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=1&deaths_min=2', 'invalid_parameter', 'deaths_min'],
    ['deaths_min=5&deaths_max=4', 'invalid_parameter', 'deaths_min'],
    ['deaths_basis=high', 'invalid_parameter', 'deaths_basis'],
    ['deaths_basis=hihg&deaths_min=1', 'invalid_parameter', 'deaths_basis', 'high'],
    ['deaths_group=police&deaths_min=1', 'invalid_parameter', 'deaths_group'],
    ['date_from=2017-02-30', 'invalid_parameter', 'date_from'],
    ['date_from=0000-01-01', 'invalid_parameter', 'date_from'],
    ['date_from=2017-01-02T00:00:00Z', 'invalid_parameter', 'date_from'],
    ['date_from=2017-02-01&date_to=2017-01-01', 'invalid_parameter', 'date_from'],
    ['bbox=1,2,3', 'invalid_parameter', 'bbox'],
    ['bbox=1,2,3,x', 'invalid_parameter', 'bbox'],
    ['bbox=1,50,3,40', 'invalid_parameter', 'bbox'],
    ['bbox=1,-91,3,40', 'invalid_parameter', 'bbox'],
    ['bbox=1,2,361,40', 'invalid_parameter', 'bbox'],
    ['near=33,44', 'invalid_parameter', 'radius_km'],
    ['radius_km=3', 'invalid_parameter', 'near'],
    ['near=91,44&radius_km=3', 'invalid_parameter', 'near'],
    ['limit=0', 'invalid_parameter', 'limit'],
    ['limit=1001', 'invalid_parameter', 'limit'],
    ['limit=1.5', 'invalid_parameter', 'limit'],
    ['sort=death', 'invalid_parameter', 'sort', 'deaths'],
    ['event_type=battle', 'invalid_parameter', 'event_type', 'battles'],
    ['country=Iraqq', 'invalid_parameter', 'country', 'Iraq'],
    ['format=xml', 'invalid_parameter', 'format'],
    ['fields=fatalitys.best', 'invalid_parameter', 'fields', 'fatalities.best'],
    ['expand=claims&format=csv', 'invalid_parameter', 'expand'],
    ['fields=id,claims.low&format=parquet', 'invalid_parameter', 'fields'],
    ['fields=actors.id,sites.place_id&format=csv', 'invalid_parameter', 'fields'],
    ['fields=fatalities.claims&format=parquet', 'invalid_parameter', 'fields'],
    ['updated_since=yesterday', 'invalid_parameter', 'updated_since'],
    ['city=%00', 'invalid_parameter', 'city'],
    ['__proto__=1', 'unknown_parameter', '__proto__'],
    ['city[]=Baghdad', 'unknown_parameter', 'city[]', 'city'],
    ['cursor=abc', 'invalid_cursor', 'cursor'],
  ])('?%s returns 400 and names the parameter', async (query, code, parameter, suggestion?: string) => {
    const { response, body } = await api.fetch(`${service.origin}/v1/incidents?${query}`)
    const problem = body as Problem
    expect(response.status).toBe(400)
    expect(problem.code).toBe(code)
    expect(problem.errors).toContainEqual(
      expect.objectContaining({ parameter, reason: expect.any(String), ...(suggestion && { suggestion }) }),
    )
    expect(problem.detail).toContain(parameter)
  })

  test('all errors are reported at once', async () => {
    const { errors } = await get<Problem>(
      '/v1/incidents?citty=x&deaths_min=-1&date_to=soon&country=Nowhereland',
    )
    expect(errors.map(({ parameter }) => parameter).sort()).toEqual(['citty', 'date_to', 'deaths_min'])
  })

  test('an unknown id returns 404 with the nearest id', async () => {
    const problem = await get<Problem>('/v1/incidents/seed:samara-2017-01-02')
    expect(problem).toMatchObject({
      code: 'record_not_found',
      errors: [{ parameter: 'id', suggestion: SAMARRA }],
    })
  })

  test.each([
    ['/v1/incidents/%ff', 400, 'malformed_request'],
    ['/v1/incidents/%', 400, 'malformed_request'],
    ['/v1/incidents/a%20b', 400, 'invalid_parameter'],
    [`/v1/incidents/${'x'.repeat(201)}`, 400, 'invalid_parameter'],
    [`/v1/incidents?q=${'x'.repeat(20_000)}`, 414, 'url_too_long'],
    [`/v1/incidents/${'x'.repeat(20_000)}`, 414, 'url_too_long'],
    ['/v1/nothing', 404, 'route_not_found'],
  ])('%s returns a problem document', async (path, status, code) => {
    const response = await fetch(`${service.origin}${path}`)
    expect(response.headers.get('content-type')).toMatch('application/problem+json')
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code])
  })

  test('fields selects the requested parts and no others', async () => {
    const { data } = await get(
      '/v1/incidents?city=Samarra&fields=id,place.name,fatalities.best,actors.name,claims.low',
    )
    expect(data).toEqual([
      {
        id: SAMARRA,
        place: { name: 'Samarra' },
        actors: [
          { name: 'Islamic State' },
          { name: 'Police Forces of Iraq' },
          { name: 'Security Forces of Iraq' },
        ],
        fatalities: { best: 13 },
        claims: [{ low: 7 }, { low: 6 }, { low: null }, { low: null }, { low: null }],
      },
    ])
    const { text } = await api.fetch(
      `${service.origin}/v1/incidents?city=Samarra&fields=id,fatalities.best&format=csv`,
    )
    expect(text).toBe(`id,fatalities_best\r\n${SAMARRA},13\r\n`)
    const { text: names } = await api.fetch(
      `${service.origin}/v1/incidents?city=Samarra&fields=actors.name&format=csv`,
    )
    expect(names).toBe(
      'perpetrators,targets,other_actors\r\nIslamic State,Police Forces of Iraq,Security Forces of Iraq\r\n',
    )
  })

  test('the format is negotiated, and the parameter has precedence', async () => {
    const negotiate = async (query: string, accept?: string) => {
      const init = accept ? { headers: { accept } } : {}
      const { response } = await api.fetch(`${service.origin}/v1/incidents${query}`, init)
      return [response.status, response.headers.get('content-type')?.split(';')[0]]
    }
    expect(await negotiate('')).toEqual([200, 'application/json'])
    expect(await negotiate('', 'text/html,*/*;q=0.8')).toEqual([200, 'application/json'])
    expect(await negotiate('', 'application/geo+json')).toEqual([200, 'application/geo+json'])
    expect(await negotiate('', 'text/csv;q=0.9, application/json;q=0.1')).toEqual([200, 'text/csv'])
    expect(await negotiate('?format=ndjson', 'text/csv')).toEqual([200, 'application/x-ndjson'])
    const parquet = 'application/vnd.apache.parquet'
    expect(await negotiate('', `${parquet}, application/json;q=0.9`)).toEqual([200, parquet])
    expect(await negotiate('?format=parquet', 'text/csv')).toEqual([200, parquet])
    expect(await negotiate('', 'text/html')).toEqual([406, 'application/problem+json'])
    expect(await negotiate('/seed:samarra-2017-01-02', 'text/csv')).toEqual([406, 'application/problem+json'])
  })

  test('an ETag depends on the data, the request and the format, and is enough for 304', async () => {
    const url = `${service.origin}/v1/incidents?city=Baghdad&kind=group`
    const { response } = await api.fetch(url)
    const etag = response.headers.get('etag') ?? ''
    const again = async (target: string, header: Record<string, string>) =>
      (await api.fetch(target, { headers: header })).response.status
    expect(await again(url, { 'if-none-match': etag })).toBe(304)
    expect(await again(url, { 'if-none-match': `"x", ${etag.replace('W/', '')}` })).toBe(304)
    expect(await again(url, { 'if-none-match': '*' })).toBe(304)
    expect(await again(url, { 'if-none-match': '"x"' })).toBe(200)
    expect(
      await again(`${service.origin}/v1/incidents?kind=group&city=Baghdad`, { 'if-none-match': etag }),
    ).toBe(304)
    expect(await again(`${url}&format=csv`, { 'if-none-match': etag })).toBe(200)
    expect(await again(`${service.origin}/v1/incidents?kind=group`, { 'if-none-match': etag })).toBe(200)
    // It is sent once the second of the last change is over.
    const modified = await vi.waitFor(async () => {
      const date = (await fetch(url)).headers.get('last-modified')
      if (date === null) throw new Error('The header is missing')
      return date
    }, 3000)
    expect(await again(url, { 'if-modified-since': modified })).toBe(304)
    expect(await again(url, { 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' })).toBe(200)
    expect(response.headers.get('vary')).toMatch(/accept\b/i)
    const problem = await fetch(`${service.origin}/v1/incidents/none`)
    expect(problem.headers.get('etag')).toBeNull()
  })

  test('hints of CSV are in a header', async () => {
    const { response } = await api.fetch(`${service.origin}/v1/incidents?city=Bağdat&format=csv`)
    expect(JSON.parse(response.headers.get('x-hints') ?? '')).toEqual([
      expect.objectContaining({ parameter: 'city', message: expect.stringContaining('Bağdat') }),
    ])
  })
})

describe('many incidents', () => {
  const SIZE = 700
  let service: Service
  let api: OpenApiOracle
  const get = async <T = Page>(path: string) => (await api.fetch(`${service.origin}${path}`)).body as T

  beforeAll(async () => {
    service = await startService({ batch: buildBatch(sampleIncidents(SIZE, 7)) })
    api = await OpenApiOracle.load(service.origin)
  })
  afterAll(() => service.close())

  test('following links returns every record once, for any sort and page size', async () => {
    const request = fc.record({
      sort: fc.constantFrom(...SORTS),
      limit: fc.integer({ min: 20, max: 400 }),
      filter: fc.constantFrom(
        '',
        '&kind=group',
        '&deaths_min=5',
        '&country=IQ',
        '&q=bomb',
        '&bbox=-180,-90,180,90',
      ),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ sort, limit, filter }) => {
        const first = `/v1/incidents?sort=${sort}&limit=${limit}&total=exact&fields=id${filter}`
        const ids: string[] = []
        let total = 0
        for (let next: string | null = first; next; ) {
          const page: Page = await get(next)
          ids.push(...page.data.map(({ id }) => id))
          total = page.page.total ?? -1
          next = page.links.next
          expect((page.page.next === null) === (next === null)).toBe(true)
        }
        expect(ids).toHaveLength(total)
        expect(new Set(ids).size).toBe(total)
        expect(total).toBeGreaterThan(0)
      }),
      { numRuns: 15 },
    )
  })

  test('a cursor of another request, or an altered one, returns 400', async () => {
    const { page } = await get('/v1/incidents?kind=incident&sort=-deaths&limit=5')
    const cursor = page.next ?? ''
    const fetchStatus = async (query: string) =>
      (await fetch(`${service.origin}/v1/incidents?${query}`)).status
    expect(await fetchStatus(`kind=incident&sort=-deaths&limit=7&format=geojson&cursor=${cursor}`)).toBe(200)
    expect(await fetchStatus(`kind=group&sort=-deaths&limit=5&cursor=${cursor}`)).toBe(400)
    expect(await fetchStatus(`kind=incident&sort=deaths&limit=5&cursor=${cursor}`)).toBe(400)
    expect(await fetchStatus(`limit=5&cursor=${cursor}`)).toBe(400)
    await fc.assert(
      fc.asyncProperty(fc.nat(cursor.length - 1), fc.constantFrom(...'aZ09-_.'), async (at, letter) => {
        fc.pre(cursor[at] !== letter)
        const altered = `${cursor.slice(0, at)}${letter}${cursor.slice(at + 1)}`
        expect(await fetchStatus(`kind=incident&sort=-deaths&limit=5&cursor=${altered}`)).toBe(400)
      }),
    )
    const other = await startService()
    const elsewhere = await fetch(
      `${other.origin}/v1/incidents?kind=incident&sort=-deaths&limit=5&cursor=${cursor}`,
    )
    expect(elsewhere.status).toBe(400)
    await other.close()
  })

  test('GeoJSON is valid, with null geometry if coordinates are unknown', async () => {
    const { text } = await api.fetch(`${service.origin}/v1/incidents?format=geojson&properties=nested`)
    const collection = check(text)
    const features = 'features' in collection ? collection.features : []
    expect(features).toHaveLength(SIZE)
    const { data } = await get('/v1/incidents?limit=1000')
    for (const [index, { properties, geometry }] of features.entries()) {
      expect(properties).toEqual(data[index])
      const { latitude, longitude } = data[index] as Incident
      if (latitude === null) expect(geometry).toBeNull()
      else expect(geometry).toEqual({ type: 'Point', coordinates: [longitude, latitude] })
    }
  })

  test('GeoJSON has the columns of CSV as properties, in every record', async () => {
    const { text } = await api.fetch(`${service.origin}/v1/incidents?format=geojson`)
    const { features, numberMatched, numberReturned, links, datasets } = JSON.parse(text)
    const { data, datasets: expected } = await get('/v1/incidents?limit=1000')
    expect(features.map(({ properties }: { properties: object }) => properties)).toEqual(
      data.map((incident) =>
        Object.fromEntries(INCIDENT_COLUMNS.map(({ name, value }) => [name, value(incident)])),
      ),
    )
    expect({ numberMatched, numberReturned }).toEqual({ numberMatched: SIZE, numberReturned: SIZE })
    expect(links).toEqual([
      { rel: 'self', href: `${service.origin}/v1/incidents?format=geojson`, type: 'application/geo+json' },
    ])
    expect(datasets).toEqual(expected)
  })

  test('pages of GeoJSON say how many records match, and link the next page', async () => {
    const found: string[] = []
    let next: string | undefined =
      `${service.origin}/v1/incidents?format=geojson&kind=incident&limit=70&fields=id`
    while (next) {
      const { text } = await api.fetch(next)
      const page = JSON.parse(text)
      found.push(...page.features.map(({ properties }: { properties: { id: string } }) => properties.id))
      expect(page.numberReturned).toBe(page.features.length)
      expect(page.page.total).toBe(page.numberMatched)
      next = page.links.find(({ rel }: { rel: string }) => rel === 'next')?.href
      if (!next) expect(found).toHaveLength(page.numberMatched)
    }
    const { data } = await get('/v1/incidents?kind=incident&limit=1000&fields=id')
    expect(found).toEqual(data.map(({ id }) => id))
  })

  test.each([
    ['bom=1&format=ndjson', 'bom requires CSV'],
    ['properties=nested', 'properties requires GeoJSON'],
    ['properties=nested&format=csv', 'properties requires GeoJSON'],
    ['format=geojson&expand=claims', 'expand claims have no columns in this format'],
    ['format=xlsx&fields=claims', 'fields claims have no columns in this format'],
  ])('%s is an error', async (query, detail) => {
    const response = await api.fetch(`${service.origin}/v1/incidents?${query}`)
    expect(JSON.parse(response.text)).toMatchObject({ status: 400, detail: expect.stringContaining(detail) })
  })

  test('CSV begins with a byte order mark if asked to', async () => {
    const [plain, marked] = await Promise.all(
      ['', '&bom=1'].map(async (mark) =>
        Buffer.from(await (await fetch(`${service.origin}/v1/incidents?format=csv${mark}`)).arrayBuffer()),
      ),
    )
    expect(marked).toEqual(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain as Buffer]))
  })

  test.each([
    ['incidents?format=csv', 'inline; filename="incidents.csv"'],
    [
      'incidents?format=geojson&limit=2&city=Baghdad,Samarra&deaths_min=3',
      'inline; filename="incidents_city-Baghdad,Samarra_deaths_min-3.geojson"',
    ],
    [
      `incidents?format=xlsx&q=${encodeURIComponent('بغداد / "x"')}`,
      `attachment; filename="incidents_q-?????-x-.xlsx"; filename*=UTF-8''incidents_q-%D8%A8%D8%BA%D8%AF%D8%A7%D8%AF-x-.xlsx`,
    ],
    ['stats?format=csv&group_by=country', 'inline; filename="stats_group_by-country.csv"'],
  ])('%s is a file with a name', async (path, expected) => {
    const { headers } = await fetch(`${service.origin}/v1/${path}`)
    expect(headers.get('content-disposition')).toBe(expected)
  })

  test('parameters that are added to a link which has them count once', async () => {
    const query = 'bbox=-180.0,-90,180,90&kind=incident,group&limit=010&q=a'
    const first = await get(`/v1/incidents?${query}`)
    const second = await get(`${first.links.next}&${query}`)
    expect(second).toEqual(await get(`${first.links.next}`))
    const { text } = await api.fetch(`${service.origin}/v1/incidents?limit=1&limit=2`)
    expect(JSON.parse(text).detail).toBe('limit takes one value and was given several that differ')
  })

  test('parsed CSV equals the JSON, and no cell begins a formula', async () => {
    const { text } = await api.fetch(`${service.origin}/v1/incidents?format=csv`)
    expect(text.split('\r\n')[0]).toBe(INCIDENT_COLUMNS.map(({ name }) => name).join(','))
    // Any line end outside of quotation marks would end a row.
    const rows = parseCsv(text, { columns: true, record_delimiter: ['\r\n', '\n', '\r'] }) as Record<
      string,
      string
    >[]
    const { data } = await get('/v1/incidents?limit=1000')
    expect(rows).toHaveLength(SIZE)
    for (const [index, row] of rows.entries()) {
      for (const column of INCIDENT_COLUMNS) {
        const value = column.value(data[index] as Incident)
        const cell = row[column.name] ?? ''
        if (typeof value === 'number') {
          expect(Number(cell)).toBe(value)
          continue
        }
        expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        expect(cell.replace(/^'(?='*[=+\-@\t\r])/, '')).toBe(value ?? '')
      }
    }
  })

  test('NDJSON streams the same records as the list', async () => {
    const { text } = await api.fetch(`${service.origin}/v1/incidents?format=ndjson&sort=deaths`)
    const { data } = await get('/v1/incidents?sort=deaths&limit=1000')
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(data)
  })

  test('a stream that fails aborts the transfer', async () => {
    const { incidents } = service.storage
    const healthy = incidents.stream.bind(incidents)
    let signalStart = () => {}
    const started = new Promise<void>((resolve) => {
      signalStart = resolve
    })
    incidents.stream = async function* (query, file) {
      for await (const part of healthy(query, file)) {
        yield part
        await started
        throw new Error('the disk is gone')
      }
    }
    try {
      const response = await fetch(`${service.origin}/v1/incidents?format=ndjson`)
      expect(response.status).toBe(200)
      signalStart()
      await expect(response.text()).rejects.toThrow()
    } finally {
      incidents.stream = healthy
    }
  })

  test('HEAD responds as GET does, without the body', async () => {
    for (const path of [
      '/v1/incidents?limit=5',
      '/v1/incidents?format=csv',
      '/v1/incidents?format=parquet',
      '/v1/incidents?format=parquet&limit=5',
      '/v1/incidents/seed:made-1',
    ]) {
      const [whole, head] = await Promise.all([
        fetch(`${service.origin}${path}`),
        fetch(`${service.origin}${path}`, { method: 'HEAD' }),
      ])
      expect(head.status).toBe(whole.status)
      for (const name of ['content-type', 'etag', 'link']) {
        expect(head.headers.get(name)).toBe(whole.headers.get(name))
      }
      expect(await head.text()).toBe('')
      await whole.text()
    }
  })
})
