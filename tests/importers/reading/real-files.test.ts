import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { readAll } from './support.ts'

const IRAQ = fileURLToPath(new URL('../../fixtures/ucdp-ged-iraq.csv.gz', import.meta.url))

it('reads a real file completely', async () => {
  const { format, header, rows } = await readAll({ path: IRAQ })
  const [expectedHeader, ...records] = parse(gunzipSync(readFileSync(IRAQ)), { bom: true })
  expect({ format, header }).toEqual({ format: 'csv', header: expectedHeader })
  expect(rows).toHaveLength(7474)
  expect(rows.filter(({ error }) => error)).toEqual([])
  expect(rows.map(({ cells }) => cells)).toEqual(records)
  expect(rows[0]?.cells[1]).toBe('#date+year')
  // Its cells hold line ends, so that the last row is not on line 7,475.
  expect(rows.at(-1)?.line).toBe(7552)
})
