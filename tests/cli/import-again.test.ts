import { expect, test } from 'vitest'
import { HELD, ServedDatabase } from '../support/damage.ts'
import { changed, UCDP_ROWS, ucdpCsv } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()
const [ROW = []] = UCDP_ROWS

/** Rows that name one town at these latitudes: nobody knows it, so the first import makes its places. */
const townAt = (name: string, ...latitudes: string[]) =>
  latitudes.map((latitude, at) =>
    changed(ROW, {
      id: `${name}-${at}`,
      where_prec: '1',
      where_coordinates: `${name} town`,
      adm_1: 'Anbar',
      latitude,
      longitude: '40',
    }),
  )

test.each<[string, readonly (readonly string[])[], readonly (readonly string[])[]]>([
  ['the rows that are held', HELD, HELD],
  ['them the other way round', HELD, HELD.toReversed()],
  ['rows of a new town', townAt('Qwert', '32', '32.0001'), townAt('Qwert', '32', '32.0001')],
  [
    'rows of towns of one name that lie near each other',
    townAt('Zuiop', '33.049', '33.149', '33.06'),
    townAt('Zuiop', '33.049', '33.149', '33.06'),
  ],
  [
    'rows of such towns the other way round',
    townAt('Asdfg', '33.049', '33.149', '33.06'),
    townAt('Asdfg', '33.049', '33.149', '33.06').toReversed(),
  ],
])('%s change nothing when they come again', async (_, once, again) => {
  expect((await DATABASE.run('import', DATABASE.file('again.csv', ucdpCsv(once)))).code).toBe(0)
  const before = await DATABASE.served()
  const { code, stdout } = await DATABASE.run('import', DATABASE.file('again.csv', ucdpCsv(again)))
  expect(code).toBe(0)
  expect(stdout).toContain(`added 0, updated 0, unchanged ${again.length}, rejected 0`)
  expect((await DATABASE.served()).incidents).toEqual(before.incidents)
})
