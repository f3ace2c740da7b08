import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectNoStack } from '../support/damage.ts'
import { DatabaseFiles, expectOneLine, fetchJson, run } from '../support/database.ts'
import { runIncidents } from '../support/process.ts'

const FILES = new DatabaseFiles()

function writeFile(content: string | Buffer, name = 'data.csv'): string {
  const path = join(FILES.newFolder(), name)
  writeFileSync(path, content)
  return path
}

const UCDP =
  'id,year,type_of_violence,dyad_name,side_a,side_b,where_prec,where_coordinates,adm_1,latitude,longitude,country,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high'.split(
    ',',
  )
const ACLED =
  'event_id_cnty,event_date,year,time_precision,event_type,sub_event_type,actor1,inter1,actor2,inter2,civilian_targeting,iso,country,admin1,admin2,location,latitude,longitude,geo_precision,source,notes,fatalities'.split(
    ',',
  )

/** A made-up event with these cells. */
const buildUcdpRow = (cells: Record<string, string> = {}) => {
  const row: Record<string, string> = {
    ...{ id: '900001', year: '2015', type_of_violence: '1', dyad_name: 'Government of X - Y' },
    ...{ side_a: 'Government of X', side_b: 'Y', where_prec: '1', where_coordinates: 'Samarra town' },
    ...{ adm_1: 'Salah ad Din governorate', latitude: '34.198', longitude: '43.874', country: 'Iraq' },
    ...{ event_clarity: '1', date_prec: '1', date_start: '2015-03-02', date_end: '2015-03-02' },
    ...{ deaths_a: '0', deaths_b: '5', deaths_civilians: '0', deaths_unknown: '0' },
    ...{ low: '5', best: '5', high: '5', ...cells },
  }
  return UCDP.map((column) => row[column] ?? '')
}
const buildAcledRow = (cells: Record<string, string>) => {
  const row: Record<string, string> = {
    ...{ event_id_cnty: 'TST21', event_date: '28 December 2022', year: '2022', time_precision: '1' },
    ...{ event_type: 'Battles', sub_event_type: 'Armed clash', actor1: 'Made-up group A', inter1: '2' },
    ...{ actor2: 'Made-up force B', inter2: '1', civilian_targeting: 'NA', iso: '204', country: 'Benin' },
    ...{ admin1: 'Alibori', admin2: 'NA', location: 'Malanville', latitude: '11.8667', longitude: '3.3833' },
    ...{ geo_precision: '1', source: 'Made-up paper', notes: 'Made up.', fatalities: '4', ...cells },
  }
  return ACLED.map((column) => row[column] ?? '')
}
const renderCsv = (rows: readonly (readonly string[])[], separator = ',') =>
  rows.map((row) => `${row.join(separator)}\r\n`).join('')
const renderUcdp = (...rows: Record<string, string>[]) => renderCsv([UCDP, ...rows.map(buildUcdpRow)])

interface FetchedRecord {
  id: string
  date_start: string
  date_end: string
  latitude: number | null
  place: { city: string | null; admin1: string | null }
  actors: { name: string; role: string }[]
  fatalities: { low: number; best: number; high: number } | null
}
const fetchRecords = async (database: string, dataset = 'ucdp-ged') =>
  (await fetchJson<{ data: FetchedRecord[] }>(database, `/v1/incidents?dataset=${dataset}`)).data.sort(
    (a, b) => (a.id < b.id ? -1 : 1),
  )

describe('missing values', () => {
  const file = () =>
    renderCsv([
      ACLED,
      buildAcledRow({}),
      buildAcledRow({
        ...{ event_id_cnty: 'TST22', event_type: 'Protests', sub_event_type: 'Peaceful protest' },
        ...{ actor1: 'Protesters (Benin)', inter1: '6', actor2: 'NA', inter2: '0', admin1: 'NA' },
        ...{
          location: 'Coast of Benin',
          latitude: '6.2',
          longitude: '2.4',
          geo_precision: '3',
          fatalities: '0',
        },
      }),
      buildAcledRow({
        ...{ event_id_cnty: 'TST23', actor2: 'NULL', admin1: '-', location: 'NaN', notes: 'None' },
        ...{ latitude: 'n/a', longitude: 'nan', fatalities: 'NA', inter2: '--', geo_precision: '\u00a0' },
      }),
    ])

  test('are no actors, places or roles; each is counted, and the original row is kept', async () => {
    const database = FILES.copy()
    const { code, stdout } = await run(`import ${writeFile(file())}`, database)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}missing values: NA 9(, [^ ]+ 1){7}$/m)
    const records = await fetchRecords(database, 'acled')
    expect(records.map(({ actors }) => actors.map(({ name, role }) => `${name} ${role}`))).toEqual([
      ['Made-up group A other', 'Made-up force B other'],
      ['Protesters (Benin) other'],
      ['Made-up group A other'],
    ])
    expect(records[1]?.place).toMatchObject({ city: null, admin1: null })
    expect(records[2]).toMatchObject({
      place: { city: null, admin1: null },
      latitude: null,
      fatalities: null,
    })
    const { original } = await fetchJson<{ original: object }>(database, '/v1/incidents/acled:TST23')
    expect(original).toMatchObject({ admin2: 'NA', actor2: 'NULL', location: 'NaN', geo_precision: '\u00a0' })
  })

  test('are those of --missing, or none', async () => {
    const rows = renderCsv([ACLED, buildAcledRow({ civilian_targeting: '', admin2: '', actor2: 'Nobody' })])
    const [other, none] = [FILES.copy(), FILES.copy()]
    const { stdout } = await run(`import --missing Nobody,. ${writeFile(rows)}`, other)
    expect(stdout).toContain('missing values: Nobody 1\n')
    expect((await fetchRecords(other, 'acled'))[0]?.actors).toHaveLength(1)
    const kept = await run(
      `import --missing= ${writeFile(renderCsv([ACLED, buildAcledRow({ actor2: 'NA' })]))}`,
      none,
    )
    expect(kept.stdout).not.toContain('missing values')
    expect((await fetchRecords(none, 'acled'))[0]?.actors.map(({ name }) => name)).toContain('NA')
  })

  test('of a required cell reject the row as an empty one does', async () => {
    const { code, stderr } = await run(`import ${writeFile(renderUcdp({ best: 'NA' }))}`, FILES.copy())
    expect(code).toBe(1)
    expect(stderr).toContain('line 2: best "" is required')
  })
})

describe('ids', () => {
  const twice = [{ id: '900001' }, { id: '900002', best: '7', high: '7' }]

  test.each([
    ['900001.0', '900002.0'],
    ['900001.00', '900002'],
    ['900001', '900002.0'],
  ])('%s and %s are the records that are held', async (...ids) => {
    const database = FILES.copy()
    await run(`import ${writeFile(renderUcdp(...twice))}`, database)
    const floats = renderUcdp(...twice.map((row, index) => ({ ...row, id: ids[index] ?? '' })))
    const { stdout } = await run(`import ${writeFile(floats)}`, database)
    expect(stdout).toContain('added 0, updated 0, unchanged 2, rejected 0')
    expect((await fetchRecords(database)).map(({ id, fatalities }) => [id, fatalities?.best])).toEqual([
      ['ucdp-ged:900001', 5],
      ['ucdp-ged:900002', 7],
    ])
  })

  test.each([
    ['9.00001e5', /id "9\.00001e5" is rounded, as spreadsheets show long numbers/],
    ['IRQ-2015', /id "IRQ-2015" must be digits, such as 238325/],
    ['900001.5', /id "900001\.5" must be digits/],
  ])('%s is rejected', async (id, reason) => {
    const { code, stderr } = await run(`import ${writeFile(renderUcdp({ id }))}`, FILES.copy())
    expect(code).toBe(1)
    expect(stderr).toMatch(reason)
  })

  test('that occur twice are reported with both lines and what to do', async () => {
    const file = writeFile(renderUcdp({ id: '900001' }, { id: '900002' }, { id: '900001.0', best: '9' }))
    const { code, stderr } = await run(`import ${file}`, FILES.copy())
    expect(code).toBe(1)
    expect(stderr).toContain(
      'data.csv, line 4: id "900001" occurs twice: first on line 2; remove one of the two rows, or give --on-error skip to import the first',
    )
  })
})

describe('days', () => {
  test.each([
    '2 March 2015',
    '2015/03/02',
    '2015-03-02T00:00:00+00:00',
    '2015-03-02 00:00:00.000',
    '02-Mar-15',
  ])('%s is read', async (day) => {
    const database = FILES.copy()
    const { stdout } = await run(
      `import ${writeFile(renderUcdp({ date_start: day, date_end: day }))}`,
      database,
    )
    expect(stdout).toContain('added 1,')
    expect(await fetchRecords(database)).toMatchObject([{ date_start: '2015-03-02', date_end: '2015-03-02' }])
  })

  test('02/03/2015 is rejected with what would be right', async () => {
    const { stderr } = await run(
      `import ${writeFile(renderUcdp({ date_start: '02/03/2015' }))}`,
      FILES.copy(),
    )
    expect(stderr).toContain(
      'date_start "02/03/2015" has day and month in an order that is not known: write 2015-03-02 or 2015-02-03',
    )
  })
})

describe('files as people have them', () => {
  const table = (separator: string, cells: Record<string, string> = {}) =>
    renderCsv([UCDP, buildUcdpRow(cells)], separator)
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf-16le')

  test.each<[string, string | Buffer]>([
    ['semicolons', table(';')],
    ['tabs', table('\t')],
    ['vertical bars', table('|')],
    ['sep=;', `sep=;\r\n${table(';')}`],
    ['sep=, before commas', `sep=,\n${table(',')}`],
    ['decimal commas', table(';', { id: '900001,0', latitude: '34,198', best: '5,0' })],
    ['UTF-16 with tabs', utf16(table('\t'))],
    ['UTF-16, the other way round', utf16(table('\t')).swap16()],
    ['UTF-16 with commas below notes', utf16(`Downloaded\nfrom nowhere\n${table(',')}`)],
  ])('%s', async (_, content) => {
    const database = FILES.copy()
    const { code, stdout, stderr } = await run(`import ${writeFile(content)}`, database)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('rows read 1, added 1,')
    expect(await fetchRecords(database)).toMatchObject([
      { id: 'ucdp-ged:900001', latitude: 34.198, fatalities: { best: 5 }, place: { city: 'Samarra' } },
    ])
  })

  test.each([
    [',,,,,,,,,,,,,,,,,,,,,,', ',,,,,,,,,,,,,,,,,,,,,,'],
    [',,,', ' '],
    ['"",""', '\u00a0,\t,'],
    [',,,,,,,,,,,,,,,,,,,,,,,,,,,,', ','],
  ])('rows with nothing in them are skipped and counted: %j, %j', async (...blank) => {
    const file = writeFile(`${renderUcdp({})}${blank.map((row) => `${row}\r\n`).join('')}`)
    const { code, stdout } = await run(`import ${file}`, FILES.copy())
    expect(code).toBe(0)
    expect(stdout).toContain('rows read 3, added 1, updated 0, unchanged 0, rejected 0, skipped 2 (not data)')
  })
})

describe('a file of no known kind is reported as that', () => {
  const acled = /data\.csv: The header is of no known kind \(.*\); nearest is acled, without event_id_cnty, /
  test.each<[string, string | Buffer, RegExp]>([
    [
      'five columns of ACLED',
      'event_date,latitude,longitude,fatalities,event_type\r\n2018-03-03,40.5,44.3,0,Protests\r\n',
      acled,
    ],
    [
      'with semicolons',
      'event_date;latitude;longitude;fatalities;event_type\n2018-03-03;40,5;44,3;0;Protests\n',
      acled,
    ],
    [
      'in a broken encoding',
      Buffer.concat([
        Buffer.from('event_date,fatalities,country\n2018,0,Sāmarrā’\n2018,0,'),
        Buffer.from([0xe9, 10]),
      ]),
      acled,
    ],
    [
      'with a header in another encoding',
      Buffer.concat([
        Buffer.from('event_date,actor1,'),
        Buffer.from([0xc1, 0xe0, 0x81]),
        Buffer.from('\n1,2,3\n'),
      ]),
      acled,
    ],
    [
      'columns that are ours, among others',
      'id,date_start,latitude,longitude,country,title\n1,2017-01-02,2,3,Iraq,x\n',
      /nearest is ucdp-ged, without type_of_violence, /,
    ],
    ['other columns', 'colour,size\nred,3\n', /; it has none of the columns that they need\n$/],
    [
      'UCDP GED without a column',
      renderCsv([UCDP.filter((name) => name !== 'best')], ';'),
      /nearest is ucdp-ged, without best\n$/,
    ],
  ])('%s', async (_, content, cause) => {
    const outcome = await run(`import ${writeFile(content)}`, FILES.copy())
    expectOneLine(outcome, cause)
    expect(outcome.stderr).not.toMatch(/--dataset|--encoding|export is read back/)
  })

  test('a known kind in a broken encoding is reported by its encoding', async () => {
    const content = Buffer.concat([
      Buffer.from(renderUcdp({ where_coordinates: 'Sāmarrā’' })),
      Buffer.from([0xe9, 10]),
    ])
    expectOneLine(
      await run(`import ${writeFile(content)}`, FILES.copy()),
      /is UTF-8 in some lines, but line 3 is not/,
    )
  })
})

describe('exit codes', () => {
  const good = () => writeFile(renderUcdp({}), 'good.csv')
  const mixed = () => writeFile(renderUcdp({ id: '900002' }, { id: '900003', latitude: '91' }), 'mixed.csv')
  const wrong = () => writeFile(renderUcdp({ id: '900004', latitude: '91' }), 'wrong.csv')
  const unknown = () => writeFile('a,b\n1,2\n', 'unknown.csv')

  test('skipped rows are reported, and the import has succeeded', async () => {
    const { code, stdout, stderr } = await run(`import --on-error skip ${mixed()}`, FILES.copy())
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('added 1,') })
    expect(stderr).toMatch(/^mixed\.csv, line 3: latitude "91" /)
  })

  test.each(['', '--dry-run '])('%san import of nothing has failed', async (option) => {
    const { code, stderr } = await run(`import --on-error skip ${option}${wrong()}`, FILES.copy())
    expect(code).toBe(1)
    expect(stderr).toMatch(/\nincidents: wrong\.csv was not imported: the database is as it was before it\n$/)
  })

  test('of several files one that fails does not keep out the others', async () => {
    const database = FILES.copy()
    const outcome = await run(`import ${unknown()} ${mixed()} ${good()} /no/such.csv`, database)
    expectNoStack(outcome)
    const { code, stdout, stderr } = outcome
    expect(code).toBe(1)
    expect(stderr.match(/^incidents: .*/gm)).toEqual([
      expect.stringMatching(/unknown\.csv: The header is of no known kind/),
      'incidents: mixed.csv was not imported: the database is as it was before it',
      'incidents: There is no file /no/such.csv',
    ])
    expect(stdout).toMatch(/\nfiles 4, done 1, failed 3: \S*unknown\.csv, \S*mixed\.csv, \/no\/such\.csv\n$/)
    expect((await fetchRecords(database)).map(({ id }) => id)).toEqual(['ucdp-ged:900001'])
  })

  test('several files that are all imported', async () => {
    const { code, stdout } = await run(`import --on-error skip ${good()} ${mixed()}`, FILES.copy())
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\nfiles 2, done 2, failed 0\n$/),
    })
  })

  test('are explained by --help', async () => {
    const { stdout } = await runIncidents(['import', '--help'])
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /skip continues without it and exits with 0 unless nothing was imported/,
    )
  })
})
