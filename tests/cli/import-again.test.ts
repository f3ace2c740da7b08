import { expect, test } from 'vitest'
import { ServedDatabase, STORED_ROWS } from '../support/damage.ts'
import { changeCells, renderUcdpCsv, UCDP_ROWS } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()
const [ROW = []] = UCDP_ROWS

/** Builds rows that name one unknown town at these latitudes; the first import creates its places. */
const buildTownRows = (name: string, ...latitudes: string[]) =>
  latitudes.map((latitude, at) =>
    changeCells(ROW, {
      id: String(9_000_000 + 10 * name.charCodeAt(0) + at),
      where_prec: '1',
      where_coordinates: `${name} town`,
      adm_1: 'Anbar',
      latitude,
      longitude: '40',
    }),
  )

test.each<[string, readonly (readonly string[])[], readonly (readonly string[])[]]>([
  ['the stored rows', STORED_ROWS, STORED_ROWS],
  ['the stored rows in reverse order', STORED_ROWS, STORED_ROWS.toReversed()],
  ['rows of a new town', buildTownRows('Qwert', '32', '32.0001'), buildTownRows('Qwert', '32', '32.0001')],
  [
    'rows of nearby towns with the same name',
    buildTownRows('Zuiop', '33.049', '33.149', '33.06'),
    buildTownRows('Zuiop', '33.049', '33.149', '33.06'),
  ],
  [
    'rows of nearby towns in reverse order',
    buildTownRows('Asdfg', '33.049', '33.149', '33.06'),
    buildTownRows('Asdfg', '33.049', '33.149', '33.06').toReversed(),
  ],
])('%s change nothing when they are imported again', async (_, first, second) => {
  expect((await DATABASE.run('import', DATABASE.writeFile('again.csv', renderUcdpCsv(first)))).code).toBe(0)
  const before = await DATABASE.readState()
  const { code, stdout } = await DATABASE.run(
    'import',
    DATABASE.writeFile('again.csv', renderUcdpCsv(second)),
  )
  expect(code).toBe(0)
  expect(stdout).toContain(`added 0, updated 0, unchanged ${second.length}, rejected 0`)
  expect((await DATABASE.readState()).incidents).toEqual(before.incidents)
})
