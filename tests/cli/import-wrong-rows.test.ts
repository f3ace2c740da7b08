import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { expectNoStack, HELD, readReport, rowsTitled, ServedDatabase, withByte } from '../support/damage.ts'
import { cellOf, changed, UCDP_HEADER, ucdpCsv } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

afterAll(async () => {
  expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

/** An error of one cell. */
type Fault = [column: string, value: string | RegExp, reason: RegExp]

/** The errors of one row: the line on which it begins, and all that is wrong with it. */
type RowErrors = [line: number, ...faults: Fault[]]

/** A file with rows that are wrong. */
interface WrongRows {
  what: string
  /** The file, of rows under the title by which the records of the good ones are known afterwards. */
  file: (rows: string[][]) => Buffer | string
  options?: string[]
  rowErrors: RowErrors[]
  /** Lines of further rows that are lost with those. */
  lost?: number[]
}

/** Changes the row on a line of the file, the header being line 1. */
const onLine = (rows: string[][], line: number, cells: Record<string, string>) =>
  rows.map((row, at) => (at === line - 2 ? changed(row, cells) : row))

/** The file with another text on a line. */
const mended = (rows: string[][], line: number, change: (text: string) => string) =>
  ucdpCsv(rows)
    .split('\n')
    .map((text, at) => (at === line - 1 ? change(text) : text))
    .join('\n')

/** A file whose line 5 has one wrong cell. */
function oneCell(
  column: string,
  value: string,
  reason: RegExp,
  others: Record<string, string> = {},
): WrongRows {
  const beside = Object.entries(others).map(([name, cell]) => ` beside ${name} ${JSON.stringify(cell)}`)
  return {
    what: `${column} ${JSON.stringify(value.length > 20 ? `of ${value.length} characters` : value)}${beside}`,
    file: (rows) => ucdpCsv(onLine(rows, 5, { ...others, [column]: value })),
    rowErrors: [[5, [column, value, reason]]],
  }
}

const idOn = (line: number) => cellOf(HELD[line - 2] ?? [], 'id')
const wholeNumber = /^must be a whole number from 0 to/
const encoding = /^holds bytes that are not of the encoding/
const date = /^must be a day of the calendar, YYYY-MM-DD$/
const country = /^must be a country of ISO 3166-1, by code or name$/

const CASES: WrongRows[] = [
  {
    what: 'cut in the middle of a row',
    file: (rows) => ucdpCsv(rows).slice(0, -30),
    rowErrors: [[11, ['', new RegExp(`^${idOn(11)},`), /^has \d+ cells, the header has 45$/]]],
  },
  {
    what: 'cut in the middle of a cell in quotation marks',
    file: (rows) => ucdpCsv(onLine(rows, 11, { source_article: 'one, two' })).replace(/ two".*\n$/, ''),
    rowErrors: [[11, ['source_article', '"one,', /^has a quotation mark that is not closed$/]]],
  },
  {
    what: 'a quotation mark that is not closed',
    file: (rows) => mended(onLine(rows, 9, { adm_1: '@' }), 9, (text) => text.replace('@', '"Anbar')),
    rowErrors: [
      [
        9,
        ['adm_1', /^"Anbar,/, /quotation mark.* the 2 lines after it(, to the end of the file,)? went into/],
      ],
    ],
    lost: [10, 11],
  },
  {
    what: 'a quotation mark in the middle of a cell',
    file: (rows) => mended(onLine(rows, 5, { adm_1: '@' }), 5, (text) => text.replace('@', 'An"bar')),
    rowErrors: [[5, ['adm_1', /^An"bar/, /^has a stray quotation mark/]]],
  },
  {
    what: 'too few cells',
    file: (rows) => mended(rows, 5, (text) => text.split(',').slice(0, -3).join(',')),
    rowErrors: [[5, ['', new RegExp(`^${idOn(5)},`), /^has 42 cells, the header has 45$/]]],
  },
  {
    what: 'too many cells',
    file: (rows) => mended(rows, 5, (text) => `${text},1,2`),
    rowErrors: [[5, ['', new RegExp(`^${idOn(5)},`), /^has 47 cells, the header has 45$/]]],
  },
  {
    what: 'several of these',
    file: (rows) => `${ucdpCsv(onLine(rows, 5, { best: 'x', deaths_a: '-1' }))}Total,9\n`,
    rowErrors: [
      [5, ['best', 'x', wholeNumber], ['deaths_a', '-1', wholeNumber]],
      [12, ['', 'Total,9', /^has 2 cells, the header has 45$/]],
    ],
  },
  {
    what: 'broken UTF-8, where UTF-8 is asked for',
    file: (rows) => withByte(ucdpCsv(onLine(rows, 5, { where_coordinates: 'Z@rich' })), 0xff),
    options: ['--encoding', 'utf-8'],
    rowErrors: [[5, ['where_coordinates', 'Z\ufffdrich', encoding]]],
  },
  {
    what: 'Windows-1252 behind the mark of UTF-8, where UTF-8 is asked for',
    file: (rows) => withByte(`\ufeff${ucdpCsv(onLine(rows, 5, { where_coordinates: 'Z@rich' }))}`, 0xfc),
    options: ['--encoding', 'utf-8'],
    rowErrors: [[5, ['where_coordinates', 'Z\ufffdrich', encoding]]],
  },
  {
    what: 'an id again, with other content',
    file: (rows) => ucdpCsv([...rows, changed(rows[2] ?? [], { dyad_name: 'Once more', best: '99' })]),
    rowErrors: [[12, ['id', idOn(4), /^occurs twice: first on line 4$/]]],
  },
  {
    what: 'a row again as it was',
    file: (rows) => ucdpCsv([...rows, rows[2] ?? []]),
    rowErrors: [[12, ['id', idOn(4), /^occurs twice: first on line 4$/]]],
  },
  {
    what: 'the header again',
    file: (rows) => ucdpCsv([...rows, [...UCDP_HEADER]]),
    rowErrors: [
      [
        12,
        ...UCDP_HEADER.filter((name) =>
          /^(type_of|event_|date_|where_prec|l..*itude$|low|best|high|deaths)/.test(name),
        ).map((name): Fault => [name, name, /^must be/]),
      ],
    ],
  },
  oneCell('where_coordinates', 'Bay\0ji', /^holds a NUL byte$/),
  oneCell('id', '', /^is required$/),
  oneCell('id', '', /^is required$/, { source_headline: '#1 of several' }),
  oneCell('id', 'two words', /^must be without spaces/),
  oneCell('id', 'bell\u0007', /^must be without .*control characters$/),
  oneCell('id', 'x'.repeat(300), /^must be at most \d+ characters long$/),
  oneCell('dyad_name', 'x'.repeat(1001), /^must be at most 1000 characters long$/),
  oneCell('side_a', 'x'.repeat(501), /^must be at most 500 characters long$/),
  oneCell('type_of_violence', '4', /^must be one of 1, 2, 3$/),
  oneCell('date_start', '2015-02-30', date),
  oneCell('date_start', '01/02/2015', date),
  oneCell('date_end', '2017-01-01', /^must not be before date_start$/, { date_start: '2017-01-02' }),
  oneCell('latitude', '91', /^must be a number of degrees from -90 to 90$/),
  oneCell('longitude', '181', /^must be a number of degrees from -180 to 180$/),
  oneCell('deaths_a', '-1', wholeNumber),
  oneCell('deaths_a', '1.5', wholeNumber),
  oneCell('deaths_a', '1e3', wholeNumber),
  oneCell('deaths_a', 'many', wholeNumber),
  oneCell('best', '', /^is required$/),
  oneCell('country', 'Atlantis', country, { iso3: '' }),
  oneCell('iso3', 'XYZ', country),
]

describe('wrong rows stop the import, or are left out and reported', () => {
  test.each(CASES.map((one) => [one.what, one] as const))(
    '%s',
    async (what, { file, options = [], rowErrors, lost = [] }) => {
      const title = `Beside ${what}`
      const path = DATABASE.file('damaged.csv', file(rowsTitled(title)))
      const report = join(DATABASE.files.newFolder(), 'report.ndjson')
      const before = await DATABASE.served()
      const run = (onError: string) =>
        DATABASE.run('import', path, '--on-error', onError, '--report', report, ...options)

      const stopped = await run('stop')
      expectNoStack(stopped)
      expect(stopped).toMatchObject({ code: 1, stdout: expect.stringContaining('(nothing was written)') })
      expectTold(stopped.stderr, rowErrors.slice(0, 1))
      expect(stopped.stderr).toMatch(
        /\nincidents: damaged\.csv was not imported: the database is as it was before it\n$/,
      )
      expect(inOrder(readReport(report))[0]).toEqual(reported(rowErrors)[0])
      expect(await DATABASE.served(), 'the database is as it was').toEqual(before)

      const skipped = await run('skip')
      expectNoStack(skipped)
      expect(skipped.code).toBe(1)
      expectTold(skipped.stderr, rowErrors)
      expect(inOrder(readReport(report))).toEqual(reported(rowErrors))
      const gone = [...rowErrors.map(([line]) => line), ...lost]
      const good = HELD.slice(0, 10)
        .filter((_, at) => !gone.includes(at + 2))
        .map((row) => `ucdp-ged:${cellOf(row, 'id')}`)
      expect(skipped.stdout).toContain(
        `rows read ${good.length + rowErrors.length}, added 0, updated ${good.length}, unchanged 0, rejected ${rowErrors.length}, skipped 0 (not data)`,
      )
      const after = await DATABASE.served()
      expect(Object.keys(after.incidents)).toEqual(Object.keys(before.incidents))
      for (const [id, record] of Object.entries(after.incidents)) {
        if (good.includes(id)) expect(record.title, id).toBe(title)
        else expect(record, id).toEqual(before.incidents[id])
      }
    },
  )
})

/** Asserts that each of these rows is rowErrors in a line with every column, value and reason. */
function expectTold(stderr: string, rowErrors: readonly RowErrors[]): void {
  const lines = stderr.split('\n')
  for (const [number, ...faults] of rowErrors) {
    const line = lines.find((text) => text.startsWith(`damaged.csv, line ${number}: `)) ?? `no line ${number}`
    for (const [column, value, reason] of faults) {
      const start = value instanceof RegExp ? '"' : JSON.stringify(value.slice(0, 60))
      expect(line).toContain(column === '' ? `line ${number}: ${start}` : `${column} ${start}`)
      expect(line).toMatch(new RegExp(reason.source.replace(/^\^|\$$/g, '')))
    }
  }
}

interface Reported {
  file: string
  line: number
  faults: { column: string; value: string; reason: string }[]
}

/** The lines that a report must have, faults by column. */
function reported(rowErrors: readonly RowErrors[]): Reported[] {
  return inOrder(
    rowErrors.map(([line, ...faults]) => ({
      file: 'damaged.csv',
      line,
      faults: faults.map(([column, value, reason]) => ({
        column,
        value: value instanceof RegExp ? expect.stringMatching(value) : value,
        reason: expect.stringMatching(reason),
      })),
    })),
  )
}

function inOrder(lines: unknown[]): Reported[] {
  return (lines as Reported[]).map(({ faults, ...line }) => ({
    ...line,
    faults: faults.toSorted((a, b) => (a.column < b.column ? -1 : 1)),
  }))
}
