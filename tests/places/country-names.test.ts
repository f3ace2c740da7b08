import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OpenApiOracle } from '../support/openapi.ts'
import { type Service, startService } from '../support/service.ts'

interface Page {
  data: { country_code: string }[]
  hints: { message: string; suggestions: string[] }[]
  links: { self: string }
  errors?: { parameter: string; reason: string; suggestion?: string }[]
}

let service: Service
let api: OpenApiOracle
const list = async (country: string): Promise<Page> => {
  const query = new URLSearchParams({ kind: 'country', country })
  return (await api.fetch(`${service.origin}/v1/places?${query}`)).body as Page
}

beforeAll(async () => {
  service = await startService()
  api = await OpenApiOracle.load(service.origin)
})
afterAll(() => service.close())

const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  IQ: [
    'IQ',
    'irq',
    '368',
    'm49:368',
    'gw:645',
    'GW: 645',
    'Iraq',
    'Republic of Iraq',
    'the Republic of Iraq',
  ],
  'IQ ': [
    'Iraq (the Republic of)',
    'العراق',
    'جمهورية العراق',
    'Irak',
    "République d'Irak",
    'Ирак',
    'iso3166:IQ',
  ],
  AF: ['4', '004', 'gw:700', 'أفغانستان', 'Islamic Republic of Afghanistan'],
  CD: [
    'DRC',
    'RDC',
    'DR Congo',
    '"Congo, Democratic Republic of the"',
    'Congo (the Democratic Republic of the)',
  ],
  'CD ': [
    'Congo, Democratic Republic of the',
    'Congo, Dem. Rep.',
    'Zaire',
    'République démocratique du Congo',
    '180',
  ],
  CG: ['Congo', 'Republic of the Congo', '"Congo, Rep."', 'gw:484'],
  IR: ['Iran', 'Iran (Islamic Republic of)', 'Iran, Islamic Republic of', 'إيران'],
  KR: ['South Korea', 'Korea, Republic of', 'Korea (the Republic of)', 'Corée du Sud', 'gw:732'],
  KP: ['North Korea', 'DPRK', "Korea, Democratic People's Republic of"],
  GB: ['UK', 'U.K.', 'Great Britain', 'United Kingdom of Great Britain and Northern Ireland (the)'],
  US: ['USA', 'US', 'U.S.', 'United States', 'the United States of America', 'États-Unis', '840'],
  AE: ['UAE', 'الإمارات'],
  SA: ['KSA', 'Kingdom of Saudi Arabia', 'السعودية'],
  CF: ['CAR', 'Centrafrique'],
  PG: ['PNG'],
  CI: ['Ivory Coast', "Côte d'Ivoire", 'Cote d’Ivoire'],
  MM: ['Burma', 'Myanmar', 'Birmanie'],
  PS: [
    'Palestine',
    'West Bank',
    'Gaza',
    'Palestine, State of',
    'فلسطين',
    'Occupied Palestinian Territory',
    'PSE',
  ],
  XK: ['XK', 'XKX', 'XKS', 'Kosovo', 'gw:347'],
  SY: ['Syria', 'Syrian Arab Republic', 'سوريا', 'Syrie'],
  TZ: ['Tanzania, United Republic of'],
  BO: ['Bolivia (Plurinational State of)'],
  VE: ['Venezuela (Bolivarian Republic of)'],
  MK: ['North Macedonia', 'FYROM'],
  LA: ["Lao People's Democratic Republic", 'Laos'],
  LC: ['St. Lucia', 'Saint Lucia'],
  BA: ['Bosnia & Herzegovina', 'Bosnia-Herzegovina'],
  GM: ['Gambia, The', 'The Gambia', 'Gambia (the)'],
  CZ: ['Czechia', 'Czech Republic'],
  TR: ['Türkiye', 'Turkiye', 'Turkey', 'gw:640'],
  SZ: ['Eswatini', 'Swaziland'],
  CV: ['Cabo Verde', 'Cape Verde'],
  TL: ['East Timor', 'Timor-Leste'],
  VN: ['Viet Nam', 'Vietnam', 'gw:816'],
  TO: ['gw:972'],
}

describe('a country is found by', () => {
  const cases = Object.entries(SPELLINGS).flatMap(([code, names]) =>
    names.map((name) => [name, code.trim()] as const),
  )
  test('at least sixty spellings in this table', () => expect(cases.length).toBeGreaterThan(60))

  test.each(cases)('%s: %s', async (name, code) => {
    const { data } = await list(name)
    expect(data.map(({ country_code }) => country_code)).toEqual([code])
  })
})

test('every country is found by its codes and names, and by nothing that another has', async () => {
  const { body } = await api.fetch(`${service.origin}/v1/places?kind=country&limit=1000`)
  const { data } = body as { data: { country_code: string; country_code3: string; name: string }[] }
  expect(data.length).toBe(250)
  for (const { country_code, country_code3, name } of data) {
    for (const text of [country_code, country_code3, name, `the ${name}`]) {
      const found = await list(text)
      expect(found.data.map((place) => place.country_code)).toEqual([country_code])
    }
  }
})

test.each([
  ['645', 'gw:645'],
  ['Republic of Irak', 'Iraq'],
  ['Republic of Irakk', 'Iraq'],
  ['Iraqq', 'Iraq'],
  ['State of Irak', 'Iraq'],
  ['Republik of Korea', 'South Korea'],
  ['United Kingdm', 'United Kingdom'],
  ['Moldowa', '"Moldova, Republic of"'],
  ['999', undefined],
  ['gw:999', undefined],
  ['m49:645', undefined],
  ['Republic of Nothing', undefined],
])('%s is an error with the suggestion %s', async (name, suggestion) => {
  const { errors } = await list(name)
  expect(errors).toHaveLength(1)
  expect(errors?.[0]).toMatchObject({ parameter: 'country', reason: expect.stringContaining('ISO 3166-1') })
  expect(errors?.[0]?.suggestion).toBe(suggestion)
})

describe('values with commas', () => {
  const codes = async (country: string) => (await list(country)).data.map((place) => place.country_code)

  test('are quoted in a list, or joined where they are one name only together', async () => {
    expect(await codes('"Congo, Democratic Republic of the",IQ')).toEqual(['CD', 'IQ'])
    expect(await codes('IQ, "Korea, Republic of" ,FR')).toEqual(['FR', 'IQ', 'KR'])
    expect(await codes('FR,Iran, Islamic Republic of,IQ')).toEqual(['FR', 'IQ', 'IR'])
    expect(await codes('Congo,Iraq')).toEqual(['CG', 'IQ'])
  })

  test('that are joined give a hint', async () => {
    const { hints } = await list('Congo, Democratic Republic of the')
    expect(hints).toEqual([expect.objectContaining({ suggestions: ['"Congo, Democratic Republic of the"'] })])
    expect((await list('"Congo, Democratic Republic of the"')).hints).toEqual([])
  })

  test('survive in links', async () => {
    const { links } = await list('"Congo, Democratic Republic of the",IQ')
    const { body } = await api.fetch(`${service.origin}${links.self}`)
    expect((body as Page).data).toHaveLength(2)
    expect((body as Page).links.self).toBe(links.self)
  })

  test.each(['"Congo, Democratic Republic', '"Congo"x', 'IQ,"'])('%s is an error', async (country) => {
    expect((await list(country)).errors).toEqual([
      expect.objectContaining({ parameter: 'country', reason: expect.stringContaining('quotation mark') }),
    ])
  })
})

test.each([
  ['Congo', 'CD'],
  ['Gaza', 'PS'],
  ['West Bank', 'PS'],
])('%s gives a hint on %s', async (name, suggestion) => {
  expect((await list(name)).hints).toEqual([expect.objectContaining({ suggestions: [suggestion] })])
})

test('each number of Gleditsch and Ward finds one country, and each country has one, but for Serbia', async () => {
  const codes: string[] = []
  for (let number = 1; number < 1000; number += 1) {
    const { data, errors } = await list(`gw:${number}`)
    if (!errors) codes.push(...data.map(({ country_code }) => country_code))
  }
  expect(codes.length).toBe(196)
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual(['RS'])
})
