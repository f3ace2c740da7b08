import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { type AsyncBuffer, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { createTemporaryFolder, type Service, startService } from '../support/service.ts'

type Row = Record<string, unknown>

/** Reads the rows of a Parquet file with another library. */
const readRows = (file: ArrayBuffer) => parquetReadObjects({ file: toAsyncBuffer(file) }) as Promise<Row[]>
const toAsyncBuffer = (file: ArrayBuffer): AsyncBuffer => ({
  byteLength: file.byteLength,
  slice: (start, end) => Promise.resolve(file.slice(start, end)),
})

/** Converts a record to a row of typed columns. */
function toTypedRow(incident: Incident): Row {
  const columns = INCIDENT_COLUMNS.map(({ name, type, value, items }) => {
    const cell = value(incident)
    const isMoment = cell !== null && (type === 'date' || type === 'instant')
    return [name, isMoment ? new Date(cell) : items ? items(incident) : cell]
  })
  const { latitude: y, longitude: x } = incident
  const isLocated = x !== null && y !== null
  return {
    ...Object.fromEntries(columns),
    geometry: isLocated ? { type: 'Point', coordinates: [x, y] } : null,
    bbox: isLocated ? { xmin: x, ymin: y, xmax: x, ymax: y } : undefined,
  }
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
    const names = INCIDENT_COLUMNS.map(({ name }) => name)
    expect(types.map(([name]) => name)).toEqual([...names, 'geometry', 'bbox'])
    expect(Object.fromEntries(types)).toMatchObject({
      id: 'BYTE_ARRAY STRING',
      date_start: 'INT32 DATE',
      latitude: 'DOUBLE',
      fatalities_civilians_high: 'INT32',
      perpetrators: 'LIST',
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

  test('are GeoParquet with statistics, citations and the query, as DuckDB reads it', async () => {
    const path = join(createTemporaryFolder(), 'incidents.parquet')
    writeFileSync(path, Buffer.from(await file('sort=date')))
    const connection = await (await DuckDBInstance.create()).connect()
    const select = async (sql: string) =>
      (await connection.runAndReadAll(sql.replaceAll('FILE', `'${path}'`))).getRowsJson()
    const sum = (read: (incident: Incident) => number | null | undefined) =>
      String(stored.reduce((total, incident) => total + (read(incident) ?? 0), 0))
    expect(
      await select(
        'SELECT count(*), sum(fatalities_best), sum(len(perpetrators)), sum(len(weapons)) FROM FILE',
      ),
    ).toEqual([
      [
        String(SIZE),
        sum(({ fatalities }) => fatalities?.best),
        sum(({ actors }) => actors.filter(({ role }) => role === 'perpetrator').length),
        sum(({ weapons }) => weapons.length),
      ],
    ])
    // Which point each record has is compared above; here, that DuckDB takes it for one.
    expect(
      await select(`SELECT any_value(typeof(geometry)), count(geometry),
        bool_and(bbox.xmin = longitude AND bbox.ymax = latitude) FROM FILE WHERE geometry IS NOT NULL`),
    ).toEqual([
      ["GEOMETRY('OGC:CRS84')", String(stored.filter(({ latitude }) => latitude !== null).length), true],
    ])
    const statistics = await select(`SELECT stats_min_value, stats_max_value FROM parquet_metadata(FILE)
      WHERE path_in_schema IN ('date_start', 'fatalities_best')`)
    const days = stored.map(({ date_start }) => date_start).sort()
    expect(statistics[0]).toEqual([days[0], days.at(-1)])
    expect(Number(statistics[1]?.[1])).toBe(
      Math.max(...stored.map(({ fatalities }) => fatalities?.best ?? 0)),
    )
    const metadata = Object.fromEntries(
      (await select('SELECT decode(key), decode(value) FROM parquet_kv_metadata(FILE)')) as [
        string,
        string,
      ][],
    )
    expect(metadata).toMatchObject({
      query: `${service.origin}/v1/incidents?sort=date`,
      revision: expect.stringMatching(/^revision \d+ of /),
    })
    const page = (await (await get('limit=1000')).json()) as { datasets: unknown }
    expect(JSON.parse(metadata.datasets ?? '')).toEqual(page.datasets)
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
      expect(response.headers.get('content-disposition')).toBe(
        'attachment; filename="incidents_kind-group.parquet"',
      )
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
