import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import readWorkbook from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INCIDENT_COLUMNS } from '../../src/incidents/incident.columns.ts'
import { requireSheetFits } from '../../src/incidents/incident.request.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { createTemporaryFolder, type Service, startService } from '../support/service.ts'

/** Texts that XML, a formula or a conversion would change. */
const TEXTS = [
  '=1+1',
  "'quoted",
  ' two  spaces ',
  'line\nline',
  'return\r\nline',
  'bell\u0007',
  'no escape: _x0007_',
  '<b>&amp;</b>',
  'مدينة الصدر 𝄞',
  '00123',
]
const MAX_CELL_LENGTH = 32_767
/** Longer as a list than a cell of Excel can be. */
const SITES = Array.from({ length: 200 }, (_, index) => ({
  name: `${index} ${'x'.repeat(250)}`,
  place_id: null,
}))

type Sheets = Record<string, unknown[][]>

describe('incidents in XLSX', () => {
  let service: Service
  let stored: Incident[]

  /** Reads a workbook with another library. */
  async function readSheets(query: string): Promise<Sheets> {
    const response = await fetch(`${service.origin}/v1/incidents?format=xlsx&${query}`)
    expect(response.status).toBe(200)
    const path = join(createTemporaryFolder(), 'incidents.xlsx')
    writeFileSync(path, Buffer.from(await response.arrayBuffer()))
    const sheets = await readWorkbook(path, { trim: false })
    return Object.fromEntries(sheets.map(({ sheet, data }) => [sheet, data]))
  }

  beforeAll(async () => {
    const incidents = sampleIncidents(500, 13).map((incident, index) => ({
      ...incident,
      ...(index < TEXTS.length && { title: TEXTS[index] as string }),
      ...(index === 20 && { sites: SITES }),
      ...(index === 21 && { date_start: '1899-12-31', date_end: '1900-03-01' }),
    }))
    service = await startService({ batch: buildBatch(incidents) })
    const lines = await (await fetch(`${service.origin}/v1/incidents?format=ndjson`)).text()
    stored = lines
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  })
  afterAll(() => service.close())

  test('are typed cells, one row a record, in order', async () => {
    const { incidents: [header, ...rows] = [] } = await readSheets('')
    expect(header).toEqual(INCIDENT_COLUMNS.map(({ name }) => name))
    expect(rows).toHaveLength(stored.length)
    for (const [index, row] of rows.entries()) {
      const incident = stored[index] as Incident
      const expected = INCIDENT_COLUMNS.map(({ type, value }) => {
        const cell = value(incident)
        if (typeof cell !== 'string') return cell
        // Excel has no days before 1900, and a wrong 29 February in it.
        if (type === 'instant' || (type === 'date' && cell >= '1900-03-01')) return new Date(cell)
        return cell.length > MAX_CELL_LENGTH ? `${cell.slice(0, MAX_CELL_LENGTH - 1)}…` : cell
      })
      // The reader computes milliseconds from a fraction of a day.
      const [readTime, time] = [row.pop(), expected.pop()] as [Date, Date]
      expect(Math.abs(readTime.getTime() - time.getTime())).toBeLessThanOrEqual(1)
      expect(row).toEqual(expected)
    }
  })

  test('have a sheet about the query, the data sets and the columns', async () => {
    const { about = [] } = await readSheets('sort=date&fields=id,sites')
    const [dataset] = (
      (await (await fetch(`${service.origin}/v1/incidents`)).json()) as { datasets: { id: string }[] }
    ).datasets
    expect(about.slice(0, 4).map(([name, value]) => [name, value])).toEqual([
      ['records', stored.length],
      ['query', `${service.origin}/v1/incidents?fields=id,sites&sort=date`],
      ['data', expect.stringMatching(/^revision \d+ of \d{4}-/)],
      ['note', expect.stringMatching(/^Texts longer than 32767 characters.+: 1\./)],
    ])
    expect(about.find(([id]) => id === dataset?.id)).toEqual(Object.values(dataset ?? {}))
    expect(about.filter(([name]) => name === 'id' || name === 'sites').map(([, type]) => type)).toEqual([
      'text',
      'list',
    ])
  })

  test('of no records are a header', async () => {
    const { incidents, about } = await readSheets('deaths_min=999999&fields=id')
    expect(incidents).toEqual([['id']])
    expect(about?.[0]?.slice(0, 2)).toEqual(['records', 0])
  })

  test('of more records than a sheet has rows are an error', () => {
    requireSheetFits(1_048_575)
    expect(() => requireSheetFits(1_048_576)).toThrow(/format must not be xlsx for 1048576 records/)
  })
})
