import { Cite } from '@citation-js/core'
import '@citation-js/plugin-bibtex'
import '@citation-js/plugin-ris'
import { parse as parseCsv } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { buildDatasetReference } from '../../src/citations/dataset-references.ts'
import type { Reference } from '../../src/citations/reference.ts'
import { renderBibtex, renderCslJson, renderRis, renderText } from '../../src/citations/styles.ts'
import { isCalendarDate, isInstant } from '../../src/validation/calendar.ts'
import { type Service, startService } from '../support/service.ts'

/** Reads references as a reference manager does. */
const read = (text: string) => new Cite(text).data as Record<string, unknown>[]

const UCDP = buildDatasetReference({
  id: 'ucdp-ged',
  name: 'UCDP Georeferenced Event Dataset',
  version: '25.1',
  licence: 'CC BY 4.0',
  citation: '',
})

describe('references', () => {
  /** Signs that TeX or RIS would take for their own. */
  const ODD: Reference = {
    id: 'odd-1',
    type: 'dataset',
    title: '50 % of {A} & B_c: \\d $1 #2 ~ ^ مدينة',
    author: [{ literal: 'Office for X and Y' }, { family: "O'Neil", given: 'Zoë' }],
    issued: [2024, 2, 9],
    publisher: 'P & Q',
    version: 'revision 3',
    URL: 'https://example.org/v1/incidents?city=A_b&q=50%25',
    accessed: [2026, 11, 28],
    note: 'A ~ B_c',
  }

  test.each([
    ['BibTeX', renderBibtex],
    ['RIS', renderRis],
    ['CSL-JSON', renderCslJson],
  ])('in %s are what a reference manager reads', (_, render) => {
    const [odd, ucdp] = read(render([ODD, UCDP]))
    expect(odd).toMatchObject({
      id: 'odd-1',
      title: ODD.title,
      author: [expect.anything(), { family: "O'Neil", given: 'Zoë' }],
      URL: ODD.URL,
      publisher: 'P & Q',
    })
    expect(JSON.stringify(odd?.author)).toContain('Office for X and Y')
    expect(ucdp).toMatchObject({
      title: 'Introducing the UCDP Georeferenced Event Dataset',
      author: [
        { family: 'Sundberg', given: 'Ralph' },
        { family: 'Melander', given: 'Erik' },
      ],
      'container-title': 'Journal of Peace Research',
      volume: expect.anything(),
      issue: expect.anything(),
      page: '523-532',
      DOI: '10.1177/0022343313484347',
      issued: { 'date-parts': [[2013]] },
    })
  })

  test('as text are sentences', () => {
    expect(renderText([UCDP])).toBe(
      'Sundberg, Ralph, and Erik Melander (2013): Introducing the UCDP Georeferenced Event Dataset. Journal of Peace Research 50(4), 523–532. Version 25.1. https://doi.org/10.1177/0022343313484347.\n',
    )
  })
})

let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.origin}${path}`, { headers })
  const { status } = response
  return { status, headers: response.headers, text: await response.text() }
}

describe('citations', () => {
  test.each(['bibtex', 'ris', 'csl'])(
    'of a query name it, its URL and its data sets, as %s',
    async (format) => {
      const { text } = await get(`/v1/cite?city=Samarra&deaths_min=1&format=${format}`)
      const [query, seed, ...others] = read(text)
      expect(query).toMatchObject({
        title: 'Conflict incidents: city Samarra, deaths_min 1',
        URL: `${service.origin}/v1/incidents?city=Samarra&deaths_min=1`,
      })
      expect(seed?.title).toBe('Seed: Baghdad and Samarra, 31 December 2016 to 2 January 2017')
      expect(others).toEqual([])
    },
  )

  test('have the state of the data and the day of access', async () => {
    const { text } = await get('/v1/cite?city=Samarra&format=csl')
    const [year = 0, month = 0, day = 0] = new Date().toISOString().slice(0, 10).split('-').map(Number)
    expect(JSON.parse(text)[0]).toMatchObject({
      version: expect.stringMatching(/^revision \d+$/),
      accessed: { 'date-parts': [[year, month, day]] },
      note: '1 record of seed',
    })
  })

  test('of another day are other responses', async () => {
    const { headers } = await get('/v1/cite?city=Samarra')
    expect(headers.get('etag')).not.toBeNull()
    expect(headers.get('last-modified'), 'follows the data, not the day').toBeNull()
  })

  test.each([
    ['text/plain', 'text/plain; charset=utf-8', /^Conflict incidents: Seed/],
    ['application/x-bibtex', 'application/x-bibtex; charset=utf-8', /^@misc\{conflict-incidents,/],
    [
      'application/x-research-info-systems',
      'application/x-research-info-systems; charset=utf-8',
      /^TY {2}- DATA\r\n/,
    ],
    [
      'application/vnd.citationstyles.csl+json',
      'application/vnd.citationstyles.csl+json; charset=utf-8',
      /^\[/,
    ],
    ['application/ld+json', 'application/ld+json; charset=utf-8', /^\{"@context":"https:\/\/schema.org"/],
    ['*/*', 'text/plain; charset=utf-8', /^Conflict incidents: Seed/],
  ])('of a data set are negotiated by Accept: %s', async (accept, type, beginning) => {
    const { status, headers, text } = await get('/v1/datasets/seed/citation', { accept })
    expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type })
    expect(text).toMatch(beginning)
  })

  test('as JSON-LD describe a data set with its files', async () => {
    const { text } = await get('/v1/cite?kind=incident&format=jsonld')
    const { distribution, ...dataset } = JSON.parse(text)
    expect(dataset).toMatchObject({
      '@type': 'Dataset',
      url: `${service.origin}/v1/incidents?kind=incident`,
      license: [expect.stringContaining('CC0 1.0')],
      citation: [{ '@type': 'Dataset', name: expect.stringContaining('Seed') }],
    })
    for (const { contentUrl, encodingFormat } of distribution) {
      const response = await fetch(contentUrl)
      expect(response.status, contentUrl).toBe(200)
      expect(response.headers.get('content-type')).toContain(encodingFormat)
      await response.arrayBuffer()
    }
  })

  test.each([
    ['/v1/datasets/sed/citation', 404, 'seed'],
    ['/v1/cite?citty=Samarra', 400, 'city'],
    ['/v1/cite?format=mla', 400, 'bibtex'],
  ])('%s is an error that helps', async (path, status, help) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(response.text).toContain(help)
  })

  test('of a name that nothing has are given with a hint', async () => {
    const { headers } = await get('/v1/cite?city=Samara')
    expect(headers.get('x-hints')).toContain('Samarra')
  })
})

describe('the Data Package of a query', () => {
  const getJson = async (path: string) => JSON.parse((await get(path)).text)

  /** Whether a cell is of a type of Table Schema. */
  const TYPES: Record<string, (cell: string) => boolean> = {
    string: () => true,
    integer: (cell) => /^\d+$/.test(cell),
    number: (cell) => /^-?\d+(\.\d+)?$/.test(cell),
    date: isCalendarDate,
    datetime: isInstant,
  }

  test.each(['', '?city=Samarra,Baghdad&sort=-deaths', '?fields=id,date_start,fatalities&deaths_min=10'])(
    'describes the columns of its CSV: %s',
    async (query) => {
      const { resources, ...about } = await getJson(`/v1/incidents/datapackage.json${query}`)
      expect(about).toMatchObject({
        profile: 'tabular-data-package',
        licenses: [{ name: 'CC0-1.0', title: expect.stringContaining('CC0') }],
        sources: [{ title: expect.stringContaining('Seed') }],
        version: expect.stringMatching(/^revision \d+$/),
      })
      const [{ path, schema }] = resources
      const response = await fetch(path)
      const [header = [], ...rows] = parseCsv(await response.text()) as string[][]
      expect(schema.fields.map(({ name }: { name: string }) => name)).toEqual(header)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows)
        for (const [index, { name, type }] of schema.fields.entries()) {
          const cell = row[index] ?? ''
          expect(cell === '' || TYPES[type]?.(cell), `${name}: ${cell}`).toBe(true)
        }
      // The CSV leads back to its description.
      const link = /<([^>]+)>; rel="describedby"/.exec(response.headers.get('link') ?? '')?.[1]
      expect((await getJson(link ?? '')).resources[0]).toEqual(resources[0])
    },
  )

  test('rejects fields that have no column', async () => {
    const { status, text } = await get('/v1/incidents/datapackage.json?fields=claims')
    expect(status).toBe(400)
    expect(JSON.parse(text).errors[0].parameter).toBe('fields')
  })
})

test('the page describes the records to search engines', async () => {
  const other = await startService({ config: { PUBLIC_URL: 'https://incidents.example.org/conflict' } })
  onTestFinished(() => other.close())
  const page = await (await fetch(other.origin, { headers: { accept: 'text/html' } })).text()
  const [, json = ''] = /<script type="application\/ld\+json">(.*)<\/script>/.exec(page) ?? []
  const { data } = JSON.parse((await get('/v1/incidents?total=exact')).text)
  expect(JSON.parse(json)).toMatchObject({
    '@type': 'Dataset',
    url: 'https://incidents.example.org/conflict/v1/incidents',
    description: expect.stringMatching(`^${data.length} records`),
    citation: expect.arrayContaining([
      expect.objectContaining({ name: expect.stringMatching(/^Seed/) }),
      expect.objectContaining({ name: expect.stringMatching(/^GeoNames/) }),
    ]),
  })
})
