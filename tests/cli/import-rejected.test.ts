import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { expectNoStack, HELD, rowsTitled, ServedDatabase } from '../support/damage.ts'
import { cellOf, changed, UCDP_ROWS, ucdpCsv } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

afterAll(async () => {
  expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

beforeEach(async () => {
  const held = DATABASE.file('held.csv', ucdpCsv(HELD))
  expect(await DATABASE.run('import', '--replace', held)).toMatchObject({ code: 0 })
})

const skip = (csv: string, ...options: string[]) =>
  DATABASE.run('import', DATABASE.file('damaged.csv', csv), '--on-error', 'skip', ...options)

const idOn = (line: number) => `ucdp-ged:${cellOf(HELD[line - 2] ?? [], 'id')}`

describe('a record whose row is in the file, but wrong', () => {
  const all = HELD.map((row) => [...row])
  const cases: [what: string, csv: string, lines: number[]][] = [
    ['in a cell', ucdpCsv(all.map((row, at) => (at === 3 ? changed(row, { latitude: '91' }) : row))), [5]],
    [
      'in its number of cells',
      ucdpCsv(all)
        .split('\n')
        .map((line, at) => (at === 4 ? `${line},` : line))
        .join('\n'),
      [5],
    ],
    [
      'or swallowed by a row with a quotation mark that is not closed',
      ucdpCsv(all.map((row, at) => (at === 46 ? changed(row, { adm_1: '@' }) : row))).replace('@', '"Anbar'),
      [48, 49, 50, 51],
    ],
  ]

  test.each(cases)('%s is not reported as missing from it', async (_, csv) => {
    const { stdout } = await skip(csv)
    expect(stdout).toMatch(/rejected 1,/)
    expect(stdout).not.toMatch(/missing from the file \d/)
    expect(stdout).toMatch(/records missing from the file are not known/)
  })

  test.each(cases)('%s is not removed by --replace', async (_, csv, lines) => {
    const before = await DATABASE.served()
    const { stdout } = await skip(csv, '--replace')
    expect(stdout).toMatch(/rejected 1,/)
    const { incidents } = await DATABASE.served()
    for (const line of lines)
      expect(incidents[idOn(line)], `line ${line}`).toEqual(before.incidents[idOn(line)])
  })
})

describe('a row that is left out', () => {
  /** Two rows that name a place, a division and an actor like nobody before them. */
  const [first = [], second = []] = UCDP_ROWS.slice(200)
  const unheard = (name: string) => ({
    where_prec: '1',
    where_coordinates: `${name} town`,
    adm_1: `${name} province`,
    latitude: '20',
    longitude: '20',
    side_b: `Front of ${name}`,
  })

  test.each<[string, string, Record<string, string>]>([
    ['for its title', 'Qwert', { dyad_name: 'x'.repeat(2000) }],
    ['for its country', 'Zuiop', { iso3: '', country: 'Atlantis' }],
    ['for a cell', 'Asdfg', { latitude: '91' }],
  ])('%s does not keep the next one out that names the same place', async (_, name, fault) => {
    const outcome = await skip(
      ucdpCsv([changed(first, { ...unheard(name), ...fault }), changed(second, unheard(name))]),
    )
    expectNoStack(outcome)
    expect(outcome.stdout).toMatch(/rows read 2, added 1, updated 0, unchanged 0, rejected 1,/)
    const { incidents } = await DATABASE.served()
    expect(incidents[`ucdp-ged:${cellOf(second, 'id')}`]).toMatchObject({
      place: { city: name, admin1: name, country: 'Iraq' },
    })
  })

  test('leaves no place and no actor of its own behind', async () => {
    const placesOf = (stdout: string) => /^ {2}places: .*$/m.exec(stdout)?.[0]
    const rows = rowsTitled('Beside it')
    const alone = await skip(ucdpCsv(rows))
    const before = await DATABASE.served()
    const wrong = changed(first, { ...unheard('Hjklm'), dyad_name: 'x'.repeat(2000) })
    const beside = await skip(ucdpCsv([...rows, wrong]))
    expect(beside.stdout).toMatch(/unchanged 10, rejected 1,/)
    expect(placesOf(beside.stdout)).toBe(placesOf(alone.stdout))
    const { lists } = await DATABASE.served()
    const names = (list: unknown[]) => list.map((item) => (item as { name: string }).name)
    expect(names(lists.actors)).toEqual(names(before.lists.actors))
    expect(names(lists.places)).toEqual(names(before.lists.places))
  })
})
