import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { expectNoStack, renameDyads, ServedDatabase, STORED_ROWS } from '../support/damage.ts'
import { changeCells, readCell, renderUcdpCsv, UCDP_ROWS } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

afterAll(async () => {
  expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

beforeEach(async () => {
  const held = DATABASE.writeFile('held.csv', renderUcdpCsv(STORED_ROWS))
  expect(await DATABASE.run('import', '--replace', held)).toMatchObject({ code: 0 })
})

const importSkipping = (csv: string, ...options: string[]) =>
  DATABASE.run('import', DATABASE.writeFile('damaged.csv', csv), '--on-error', 'skip', ...options)

const findIdOnLine = (line: number) => `ucdp-ged:${readCell(STORED_ROWS[line - 2] ?? [], 'id')}`

describe('a record whose row in the file is wrong', () => {
  const all = STORED_ROWS.map((row) => [...row])
  const cases: [what: string, csv: string, lines: number[]][] = [
    [
      'in a cell',
      renderUcdpCsv(all.map((row, at) => (at === 3 ? changeCells(row, { latitude: '91' }) : row))),
      [5],
    ],
    [
      'in its number of cells',
      renderUcdpCsv(all)
        .split('\n')
        .map((line, at) => (at === 4 ? `${line},` : line))
        .join('\n'),
      [5],
    ],
    [
      'or inside an unclosed quotation mark',
      renderUcdpCsv(all.map((row, at) => (at === 46 ? changeCells(row, { adm_1: '@' }) : row))).replace(
        '@',
        '"Anbar',
      ),
      [48, 49, 50, 51],
    ],
  ]

  test.each(cases)('%s is not reported as missing', async (_, csv) => {
    const { stdout } = await importSkipping(csv)
    expect(stdout).toMatch(/rejected 1,/)
    expect(stdout).not.toMatch(/missing from the file \d/)
    expect(stdout).toMatch(/records missing from the file are not known/)
  })

  test.each(cases)('%s is not removed by --replace', async (_, csv, lines) => {
    const before = await DATABASE.readState()
    const { stdout } = await importSkipping(csv, '--replace')
    expect(stdout).toMatch(/rejected 1,/)
    const { incidents } = await DATABASE.readState()
    for (const line of lines)
      expect(incidents[findIdOnLine(line)], `line ${line}`).toEqual(before.incidents[findIdOnLine(line)])
  })
})

describe('a row that is skipped', () => {
  /** Two rows; tests give them a place, a division and an actor that no other row names. */
  const [first = [], second = []] = UCDP_ROWS.slice(200)
  const buildUnknownNames = (name: string) => ({
    where_prec: '1',
    where_coordinates: `${name} town`,
    adm_1: `${name} province`,
    latitude: '20',
    longitude: '20',
    side_b: `Front of ${name}`,
  })

  test.each<[string, string, Record<string, string>]>([
    ['for its title', 'Qwert', { dyad_name: 'x'.repeat(2000) }],
    ['for its country', 'Zuiop', { iso3: '', country: '' }],
    ['for a cell', 'Asdfg', { latitude: '91' }],
  ])('%s does not prevent the next row with the same place from being imported', async (_, name, error) => {
    const outcome = await importSkipping(
      renderUcdpCsv([
        changeCells(first, { ...buildUnknownNames(name), ...error }),
        changeCells(second, buildUnknownNames(name)),
      ]),
    )
    expectNoStack(outcome)
    expect(outcome.stdout).toMatch(/rows read 2, added 1, updated 0, unchanged 0, rejected 1,/)
    const { incidents } = await DATABASE.readState()
    expect(incidents[`ucdp-ged:${readCell(second, 'id')}`]).toMatchObject({
      place: { city: name, admin1: name, country: 'Iraq' },
    })
  })

  test('adds no place and no actor', async () => {
    const findPlacesLine = (stdout: string) => /^ {2}places: .*$/m.exec(stdout)?.[0]
    const rows = renameDyads('Beside it')
    const withoutWrong = await importSkipping(renderUcdpCsv(rows))
    const before = await DATABASE.readState()
    const wrong = changeCells(first, { ...buildUnknownNames('Hjklm'), dyad_name: 'x'.repeat(2000) })
    const withWrong = await importSkipping(renderUcdpCsv([...rows, wrong]))
    expect(withWrong.stdout).toMatch(/unchanged 10, rejected 1,/)
    expect(findPlacesLine(withWrong.stdout)).toBe(findPlacesLine(withoutWrong.stdout))
    const { lists } = await DATABASE.readState()
    const names = (list: unknown[]) => list.map((item) => (item as { name: string }).name)
    expect(names(lists.actors)).toEqual(names(before.lists.actors))
    expect(names(lists.places)).toEqual(names(before.lists.places))
  })
})
