import { type AsyncBuffer, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { type Service, startService } from '../support/service.ts'

type Row = Record<string, unknown>

/** Reads the rows of a Parquet file with another library. */
const readRows = (file: ArrayBuffer) => parquetReadObjects({ file: toAsyncBuffer(file) }) as Promise<Row[]>
const toAsyncBuffer = (file: ArrayBuffer): AsyncBuffer => ({
  byteLength: file.byteLength,
  slice: (start, end) => Promise.resolve(file.slice(start, end)),
})

/** Converts a record to a row of typed columns. */
function toTypedRow(incident: Incident): Row {
  return Object.fromEntries(
    INCIDENT_COLUMNS.map(({ name, type, value }) => {
      const cell = value(incident)
      const isMoment = cell !== null && (type === 'date' || type === 'instant')
      return [name, isMoment ? new Date(cell) : cell]
    }),
  )
}

describe('incidents in Parquet', () => {
  const SIZE = 700
  let service: Service
  let stored: Incident[]
  const get = (query: string, init?: RequestInit) => fetch(`${service.origin}/v1/incidents?${query}`, init)
  const file = async (query: string) => (await get(`format=parquet&${query}`)).arrayBuffer()

  beforeAll(async () => {
    service = await startService({ batch: buildBatch(sampleIncidents(SIZE, 11)) })
    const lines = await (await get('format=ndjson')).text()
    stored = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  })
  afterAll(() => service.close())

  test('contain every record, in order', async () => {
    expect(await readRows(await file(''))).toEqual(stored.map(toTypedRow))
  })

  test('have typed columns', async () => {
    const { children } = parquetSchema(parquetMetadata(await file('limit=1')))
    const types = children.map(({ element: { name, type, logical_type } }) => [
      name,
      [type, logical_type?.type].filter(Boolean).join(' '),
    ])
    expect(types.map(([name]) => name)).toEqual(INCIDENT_COLUMNS.map(({ name }) => name))
    expect(Object.fromEntries(types)).toMatchObject({
      id: 'BYTE_ARRAY STRING',
      date_start: 'INT32 DATE',
      latitude: 'DOUBLE',
      fatalities_civilians_high: 'INT32',
      perpetrators: 'BYTE_ARRAY STRING',
      updated_at: 'INT64 TIMESTAMP',
    })
  })

  test.each<[string, string[], number]>([
    ['fields=id,fatalities.best&sort=deaths', ['id', 'fatalities_best'], SIZE],
    ['fields=date_start,place.country&kind=group&limit=7', ['date_start', 'country'], 7],
    ['fields=updated_at&city=Bagdad', ['updated_at'], 0],
  ])('%s returns the columns %j of %i records', async (query, columns, count) => {
    const whole = await file(query)
    const { children } = parquetSchema(parquetMetadata(whole))
    expect(children.map(({ element }) => element.name)).toEqual(columns)
    expect(await readRows(whole)).toHaveLength(count)
  })

  test('are paged if a limit is given', async () => {
    const ids: unknown[] = []
    let next: string | undefined = '/v1/incidents?format=parquet&limit=200&fields=id'
    while (next) {
      const response: Response = await fetch(`${service.origin}${next}`)
      const rows = await readRows(await response.arrayBuffer())
      ids.push(...rows.map(({ id }) => id))
      next = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    }
    expect(ids).toEqual(stored.map(({ id }) => id))
  })

  test('are the same bytes for any Accept-Encoding, and 304 for their ETag', async () => {
    const plain = await file('kind=group')
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, br;q=0.9, *;q=0.1']) {
      const response = await get('kind=group', {
        headers: { accept: 'application/vnd.apache.parquet', 'accept-encoding': encoding },
      })
      expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet')
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="incidents.parquet"')
      expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(plain))).toBe(true)
    }
    const { headers } = await get('kind=group&format=parquet', { method: 'HEAD' })
    const again = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    expect((await get('kind=group&format=parquet', again)).status).toBe(304)
    expect((await get('kind=group&format=csv', again)).status).toBe(200)
  })

  test('have hints for unknown names in a header', async () => {
    const { headers } = await get('format=parquet&city=Bagdad')
    expect(JSON.parse(headers.get('x-hints') ?? '')).toEqual([
      expect.objectContaining({ parameter: 'city', suggestions: ['Baghdad'] }),
    ])
  })
})
