import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSeed } from '../../src/seed/seed.ts'
import { OpenApiOracle } from '../support/openapi.ts'
import { sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

let service: Service
let api: OpenApiOracle
const get = async (path: string) => (await api.fetch(`${service.origin}/v1/${path}`)).body as never

beforeAll(async () => {
  service = await startService()
  api = await OpenApiOracle.load(service.origin)
})
afterAll(() => service.close())

const exactly = (n: number) => ({ low: n, best: n, high: n, high_known: n, unstated: 0 })
const atLeast = (n: number) => ({ low: n, best: n, high: null, high_known: 0, unstated: 0 })
const DAY = 'date_from=2017-01-02&date_to=2017-01-02'

describe('the seed', () => {
  test('33 were killed in Baghdad on 2 January 2017 in 5 attacks or more, of at least 61 in three days', async () => {
    expect(await get(`stats?city=Baghdad&${DAY}&group_by=date&interval=day`)).toMatchObject({
      data: [
        {
          by: { date: { from: '2017-01-02', to: '2017-01-02' } },
          incidents: { low: 5, best: 5, high: null },
          fatalities: exactly(33),
        },
      ],
      total: { incidents: { low: 5, high: null }, fatalities: exactly(33) },
      tolls: [
        {
          id: 'seed:baghdad-bombings-2016-12-31',
          fatalities: { low: 61, high: null },
          accounted: { low: 33, best: 33, high: 33 },
          remainder: { low: 28, high: null },
        },
      ],
      notes: [],
    })
  })

  test('in Samarra at least 7 of the security forces and at least 6 assailants', async () => {
    expect(await get('stats?city=Samarra&expand=by_group')).toMatchObject({
      total: {
        fatalities: {
          ...atLeast(13),
          by_group: { security_forces: atLeast(7), assailants: atLeast(6), civilians: null, unknown: null },
        },
      },
    })
  })

  test('a record of several actors is in the row of each, and once in the total', async () => {
    const { data, total, notes } = (await get('stats?group_by=actor')) as Record<string, never[]>
    expect(
      data?.map(
        ({
          by: {
            actor: { name },
          },
          records,
        }) => [name, records],
      ),
    ).toEqual([
      ['Islamic State', 3],
      ['Security Forces of Iraq', 1],
      ['Police Forces of Iraq', 1],
      ['Unidentified perpetrators', 1],
    ])
    expect(total).toMatchObject({ records: 3 })
    expect(notes).toEqual([
      { code: 'several_actors', message: expect.stringContaining('add up to 6 records, and there are 3') },
    ])
  })

  test('only actors in the requested roles have rows', async () => {
    const { data } = (await get('stats?group_by=actor&actor_role=target')) as Record<string, never[]>
    expect(data?.map(({ by }) => by)).toEqual([
      { actor: expect.objectContaining({ name: 'Police Forces of Iraq' }) },
    ])
  })

  test('reported totals are not compared with sums of a part of the attacks', async () => {
    expect(await get('stats?city=Baghdad&q=car')).toMatchObject({
      tolls: [],
      notes: [{ code: 'tolls_not_compared' }],
    })
  })

  test('no match returns zero attacks and null figures', async () => {
    expect(
      await get('stats?city=Samarra&date_from=2020-01-01&metrics=incidents,fatalities,injured'),
    ).toMatchObject({
      data: [{ by: {}, records: 0, incidents: { low: 0, high: 0 }, fatalities: null, injured: null }],
      total: { records: 0 },
      by_dataset: [],
    })
  })

  test('fill=zero adds zeros for intervals without attacks between the requested days', async () => {
    const { data } = (await get(
      'stats?city=Baghdad&group_by=date&interval=day&fill=zero&date_from=2016-12-31&date_to=2017-01-03',
    )) as Record<string, never[]>
    expect(
      data?.map(
        ({
          by: {
            date: { from },
          },
          fatalities: { best },
        }) => [from, best],
      ),
    ).toEqual([
      ['2016-12-31', 0],
      ['2017-01-01', 0],
      ['2017-01-02', 33],
      ['2017-01-03', 0],
    ])
  })

  test('a cursor is invalid once its rows are split by data set', async () => {
    const own = await startService()
    const page = async (path: string) => {
      const response = await fetch(`${own.origin}/v1/${path}`)
      return { status: response.status, body: (await response.json()) as never }
    }
    const seed = readSeed()
    const others = sampleIncidents(20).map((record) => ({
      record: { ...record, id: record.id.replace('seed:', 'geonames:'), dataset: 'geonames' },
      claims: [],
    }))
    for (const query of ['group_by=city&limit=1', 'group_by=city&sort=-group&limit=1']) {
      await own.storage.load(seed)
      const { next } = ((await page(`stats?${query}`)).body as { page: { next: string } }).page
      expect(next).toMatch(/./)
      await own.storage.load({ ...seed, incidents: [...seed.incidents, ...others] })
      expect(await page(`stats?${query}&cursor=${next}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor', errors: [{ parameter: 'cursor' }] },
      })
    }
    await own.close()
  })

  test('pages are linked by cursor', async () => {
    const first = (await get('stats?group_by=city&limit=1')) as Record<string, never>
    const { next } = first.links as unknown as { next: string }
    const second = (await get(next.replace('/v1/', ''))) as Record<string, never[]>
    expect([first.data, second.data]).toMatchObject([
      [{ by: { city: { name: 'Baghdad' } } }],
      [{ by: { city: { name: 'Samarra' } } }],
    ])
    expect(second.links).toMatchObject({ next: null })
  })

  test('CSV and NDJSON have the same rows, and notes in a header', async () => {
    const url = `${service.origin}/v1/stats?group_by=date,actor&interval=year&metrics=fatalities&sort=-fatalities`
    const json = (await (await fetch(url)).json()) as { data: unknown[] }
    const lines = await fetch(`${url}&format=ndjson`)
    expect(
      (await lines.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(json.data)
    expect(JSON.parse(lines.headers.get('x-notes') ?? '')).toMatchObject([{ code: 'several_actors' }])
    const misspelt = await fetch(`${url}&city=Bagdad&format=csv`)
    expect(JSON.parse(misspelt.headers.get('x-hints') ?? '')).toMatchObject([{ suggestions: ['Baghdad'] }])
    const rows = parse(await (await fetch(url, { headers: { accept: 'text/csv' } })).text(), {
      columns: true,
    })
    expect(rows[0]).toEqual({
      date_from: '2017-01-01',
      date_to: '2017-12-31',
      actor_id: 'islamic-state',
      actor: 'Islamic State',
      records: '3',
      spread: '0',
      fatalities_low: '46',
      fatalities_best: '46',
      fatalities_high: '',
      fatalities_high_known: '33',
      fatalities_unstated: '0',
    })
    expect(rows).toHaveLength(4)
  })
})

test.each([
  ['group_by=citty', 'group_by', 'city'],
  ['group_by=date,city,kind,actor', 'group_by', undefined],
  ['interval=fortnight', 'interval', undefined],
  ['fill=zero', 'fill', undefined],
  ['combine=sum', 'combine', undefined],
  ['combine=prefer:', 'combine', undefined],
  ['combine=prefer:seeed', 'combine', 'prefer:seed'],
  ['group_by=date&interval=day&fill=zero&date_from=0001-01-01&date_to=9999-12-31', 'fill', undefined],
])('%s is rejected: %s', async (query, parameter, suggestion) => {
  const body = (await get(`stats?${query}`)) as {
    status: number
    errors: { parameter: string; suggestion?: string }[]
  }
  expect(body.status).toBe(400)
  expect(body.errors).toMatchObject([{ parameter, ...(suggestion && { suggestion }) }])
})

describe('facets', () => {
  test('count the values of each field among matching records', async () => {
    expect(await get('facets?fields=city,event_type,actor&city=Baghdad')).toMatchObject({
      records: 2,
      data: [
        {
          field: 'city',
          parameter: 'place',
          values: [{ value: 'geonames:98182', name: 'Baghdad', records: 2 }],
          distinct: 1,
          unknown: 0,
        },
        { field: 'event_type', values: [{ value: 'explosions_remote_violence', records: 2 }] },
        {
          field: 'actor',
          values: [
            { value: 'islamic-state', records: 2 },
            { value: 'seed:unidentified', records: 1 },
          ],
        },
      ],
    })
  })

  test('return values that the filters accept', async () => {
    const { data } = (await get('facets')) as {
      data: { parameter: string; values: { value: string; records: number }[] }[]
    }
    for (const { parameter, values } of data) {
      for (const { value, records } of values) {
        const found = (await get(`incidents?${parameter}=${encodeURIComponent(value)}&total=exact`)) as {
          page: { total: number }
        }
        expect(found.page.total).toBe(records)
      }
    }
  })
})
