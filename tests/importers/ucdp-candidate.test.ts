import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import { expect, test } from 'vitest'
import { ucdpGedImporter } from '../../src/importers/ucdp-ged/ucdp-ged.ts'
import { DatabaseFiles, fetchJson, run } from '../support/database.ts'
import { type Row, readDraft } from './row-results.ts'

const FILES = new DatabaseFiles()

/** An invented candidate event. */
const ROW: Row = {
  id: '999001',
  code_status: 'Check deaths',
  type_of_violence: '1',
  side_a: 'Government of Iraq',
  side_b: 'Example Group',
  where_prec: '1',
  where_coordinates: 'Sāmarrā’ town',
  where_description: 'An invented market',
  adm_1: 'Şalāḩ ad Dīn province',
  latitude: '34.196632',
  longitude: '43.873899',
  country: 'Iraq',
  event_clarity: '1',
  date_prec: '1',
  date_start: '2026-08-02 00:00:00.000',
  date_end: '2026-08-02 00:00:00.000',
  deaths_a: '0',
  deaths_b: '4',
  deaths_civilians: '0',
  deaths_unknown: '0',
  best: '4',
  low: '4',
  high: '6',
}

test.each([
  ['GEDEvent_v25_1.csv', '25.1', false],
  ['GEDEvent_v25_1.xlsx', '25.1', false],
  ['ged251-csv.zip', '25.1', false],
  ['GEDEvent_v26_0_8.csv', '26.0.8', true],
  ['GEDEvent_v26_0_12.csv.gz', '26.0.12', true],
  ['gedevent_v26_01_26_06.csv', '26.01.26.06', true],
])('%s is release %s', (fileName, version, isPartial) => {
  expect(ucdpGedImporter.parseRelease?.(fileName)).toEqual({ version, isPartial })
})

test.each(['', 'standard input', 'ucdp-ged-iraq.csv.gz', 'GEDEvent.csv', 'GEDEvent_v26_0_8_mine.csv'])(
  '%j names no release',
  (fileName) => {
    expect(ucdpGedImporter.parseRelease?.(fileName)).toBeNull()
  },
)

test.each([
  ['Check deaths', 'An invented market\nCoding status: Check deaths.'],
  ['Clear', 'An invented market'],
  ['', 'An invented market'],
])('the coding status %j is described as %j', (code_status, description) => {
  expect(readDraft(ucdpGedImporter, { ...ROW, code_status }).description).toBe(description)
})

function writeFile(name: string, ...rows: readonly Row[]): string {
  const path = join(FILES.newFolder(), name)
  writeFileSync(path, stringify([Object.keys(ROW), ...rows.map((row) => Object.values(row))]))
  return path
}

test('the yearly release updates a candidate event, and removes those that it does not confirm', async () => {
  const database = FILES.copy()
  const versionOf = async () => {
    const { data } = await fetchJson<{ data: { id: string; version: string }[] }>(database, '/v1/datasets')
    return data.find(({ id }) => id === 'ucdp-ged')?.version
  }
  const candidates = writeFile('GEDEvent_v26_0_8.csv', ROW, { ...ROW, id: '999002' })
  expect((await run(`import ${candidates}`, database)).stdout).toContain('added 2,')
  expect(await versionOf()).toBe('26.0.8')

  const refused = await run(`import --replace ${candidates}`, database)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(
    'GEDEvent_v26_0_8.csv: Release 26.0.8 holds a part of the data set only: --replace would remove the rest',
  )

  const yearly = writeFile('GEDEvent_v27_1.csv', { ...ROW, code_status: 'Clear', best: '5', deaths_b: '5' })
  const { stdout } = await run(`import --replace ${yearly}`, database)
  expect(stdout).toContain('added 0, updated 1,')
  expect(stdout).toContain('removed 1 that the file no longer has')
  expect(await versionOf()).toBe('27.1')
  const record = await fetchJson<object>(database, '/v1/incidents/ucdp-ged:999001')
  expect(record).toMatchObject({ fatalities: { best: 5 }, original: { code_status: 'Clear' } })
  // The version given precedes the one of the name.
  await run(`import --dataset-version 27.1-corrected ${yearly}`, database)
  expect(await versionOf()).toBe('27.1-corrected')
})
