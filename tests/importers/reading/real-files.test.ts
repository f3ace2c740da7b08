import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { readAll } from './support.ts'

const IRAQ = '/work/shared/data/ucdp-ged-iraq.csv'

it('reads a real file whole', async (context) => {
  context.skip(!existsSync(IRAQ), `${IRAQ} is not there: it is not part of the project`)
  const { format, header, rows } = await readAll({ path: IRAQ })
  const [expectedHeader, ...records] = parse(readFileSync(IRAQ), { bom: true })
  expect({ format, header }).toEqual({ format: 'csv', header: expectedHeader })
  expect(rows).toHaveLength(7474)
  expect(rows.filter(({ fault }) => fault)).toEqual([])
  expect(rows.map(({ cells }) => cells)).toEqual(records)
  expect(rows[0]?.cells[1]).toBe('#date+year')
  // Its cells hold line ends, so that the last row is not on line 7,475.
  expect(rows.at(-1)?.line).toBe(7552)
})
