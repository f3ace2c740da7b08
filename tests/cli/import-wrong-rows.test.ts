import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  expectNoStack,
  readReport,
  renameDyads,
  replaceWithByte,
  ServedDatabase,
  STORED_ROWS,
} from '../support/damage.ts'
import { changeCells, readCell, renderUcdpCsv, UCDP_HEADER } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

afterAll(async () => {
  expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

/** An error of one cell. */
type CellError = [column: string, value: string | RegExp, reason: RegExp]

/** The line on which a row begins, and its errors. */
type RowErrors = [line: number, ...errors: CellError[]]

/** A file with wrong rows. */
interface WrongRows {
  what: string
  /** Renders the file; the dyad of its rows shows afterwards which were imported. */
  file: (rows: string[][]) => Buffer | string
  options?: string[]
  rowErrors: RowErrors[]
  /** Lines of further rows that are lost. */
  lost?: number[]
}

/** Changes the row on a line of the file, the header being line 1. */
const changeOnLine = (rows: string[][], line: number, cells: Record<string, string>) =>
  rows.map((row, at) => (at === line - 2 ? changeCells(row, cells) : row))

/** Renders a file with one line changed. */
const renderWithLine = (rows: string[][], line: number, change: (text: string) => string) =>
  renderUcdpCsv(rows)
    .split('\n')
    .map((text, at) => (at === line - 1 ? change(text) : text))
    .join('\n')

/** Builds the case of a file whose line 5 has one wrong cell. */
function buildWrongCell(
  column: string,
  value: string,
  reason: RegExp,
  others: Record<string, string> = {},
): WrongRows {
  const context = Object.entries(others).map(([name, cell]) => ` with ${name} ${JSON.stringify(cell)}`)
  return {
    what: `${column} ${JSON.stringify(value.length > 20 ? `of ${value.length} characters` : value)}${context}`,
    file: (rows) => renderUcdpCsv(changeOnLine(rows, 5, { ...others, [column]: value })),
    rowErrors: [[5, [column, value, reason]]],
  }
}

const findIdOnLine = (line: number) => readCell(STORED_ROWS[line - 2] ?? [], 'id')
const wholeNumber = /^must be a whole number from 0 to/
const encoding = /^holds bytes that are not of the encoding/
const date = /^must be a day of the years 1900 to 2100, such as/

const CASES: WrongRows[] = [
  {
    what: 'cut in the middle of a row',
    file: (rows) => renderUcdpCsv(rows).slice(0, -30),
    rowErrors: [[11, ['', new RegExp(`^${findIdOnLine(11)},`), /^has \d+ cells, the header has 45$/]]],
  },
  {
    what: 'cut in the middle of a cell in quotation marks',
    file: (rows) =>
      renderUcdpCsv(changeOnLine(rows, 11, { source_article: 'one, two' })).replace(/ two".*\n$/, ''),
    rowErrors: [[11, ['source_article', '"one,', /^has a quotation mark that is not closed$/]]],
  },
  {
    what: 'a quotation mark that is not closed',
    file: (rows) =>
      renderWithLine(changeOnLine(rows, 9, { adm_1: '@' }), 9, (text) => text.replace('@', '"Anbar')),
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
    file: (rows) =>
      renderWithLine(changeOnLine(rows, 5, { adm_1: '@' }), 5, (text) => text.replace('@', 'An"bar')),
    rowErrors: [[5, ['adm_1', /^An"bar/, /^has a stray quotation mark/]]],
  },
  {
    what: 'too few cells',
    file: (rows) => renderWithLine(rows, 5, (text) => text.split(',').slice(0, -3).join(',')),
    rowErrors: [[5, ['', new RegExp(`^${findIdOnLine(5)},`), /^has 42 cells, the header has 45$/]]],
  },
  {
    what: 'too many cells',
    file: (rows) => renderWithLine(rows, 5, (text) => `${text},1,2`),
    rowErrors: [[5, ['', new RegExp(`^${findIdOnLine(5)},`), /^has 47 cells, the header has 45$/]]],
  },
  {
    what: 'several errors',
    file: (rows) => `${renderUcdpCsv(changeOnLine(rows, 5, { best: 'x', deaths_a: '-1' }))}Total,9\n`,
    rowErrors: [
      [5, ['best', 'x', wholeNumber], ['deaths_a', '-1', wholeNumber]],
      [12, ['', 'Total,9', /^has 2 cells, the header has 45$/]],
    ],
  },
  {
    what: 'invalid UTF-8 with --encoding utf-8',
    file: (rows) =>
      replaceWithByte(renderUcdpCsv(changeOnLine(rows, 5, { where_coordinates: 'Z@rich' })), 0xff),
    options: ['--encoding', 'utf-8'],
    rowErrors: [[5, ['where_coordinates', 'Z\ufffdrich', encoding]]],
  },
  {
    what: 'Windows-1252 after a UTF-8 byte-order mark with --encoding utf-8',
    file: (rows) =>
      replaceWithByte(`\ufeff${renderUcdpCsv(changeOnLine(rows, 5, { where_coordinates: 'Z@rich' }))}`, 0xfc),
    options: ['--encoding', 'utf-8'],
    rowErrors: [[5, ['where_coordinates', 'Z\ufffdrich', encoding]]],
  },
  {
    what: 'a repeated id with other content',
    file: (rows) =>
      renderUcdpCsv([...rows, changeCells(rows[2] ?? [], { dyad_name: 'Once more', best: '99' })]),
    rowErrors: [
      [
        12,
        [
          'id',
          findIdOnLine(4),
          /^occurs twice: first on line 4; remove one of the two rows, or give --on-error skip/,
        ],
      ],
    ],
  },
  {
    what: 'a repeated row',
    file: (rows) => renderUcdpCsv([...rows, rows[2] ?? []]),
    rowErrors: [
      [
        12,
        [
          'id',
          findIdOnLine(4),
          /^occurs twice: first on line 4; remove one of the two rows, or give --on-error skip/,
        ],
      ],
    ],
  },
  {
    what: 'a repeated header',
    file: (rows) => renderUcdpCsv([...rows, [...UCDP_HEADER]]),
    rowErrors: [
      [
        12,
        ...UCDP_HEADER.filter((name) =>
          /^(id$|type_of|conflict_new_id|dyad_new_id|event_|date_|where_prec|l..*itude$|low|best|high|deaths)/.test(
            name,
          ),
        ).map((name): CellError => [name, name, /^must be/]),
      ],
    ],
  },
  buildWrongCell('where_coordinates', 'Bay\0ji', /^holds a NUL byte$/),
  buildWrongCell('id', '', /^is required$/),
  buildWrongCell('id', '', /^is required$/, { source_headline: '#1 of several' }),
  buildWrongCell('id', 'two words', /^must be without spaces/),
  buildWrongCell('id', 'bell\u0007', /^must be without .*control characters$/),
  buildWrongCell('id', 'x'.repeat(300), /^must be digits, such as 238325$/),
  buildWrongCell('id', '9'.repeat(299), /^must be at most \d+ characters long$/),
  buildWrongCell('dyad_name', 'x'.repeat(501), /^must be at most 500 characters long$/),
  buildWrongCell('side_a', 'x'.repeat(501), /^must be at most 500 characters long$/),
  buildWrongCell('type_of_violence', '4', /^must be one of 1, 2, 3$/),
  buildWrongCell('date_start', '2015-02-30', date),
  buildWrongCell(
    'date_start',
    '01/02/2015',
    /^has day and month in an order that is not known: write 2015-02-01 or/,
  ),
  buildWrongCell('date_end', '2017-01-01', /^must not be before date_start$/, { date_start: '2017-01-02' }),
  buildWrongCell('latitude', '91', /^must be a number of degrees from -90 to 90$/),
  buildWrongCell('longitude', '181', /^must be a number of degrees from -180 to 180$/),
  buildWrongCell('deaths_a', '-1', wholeNumber),
  buildWrongCell('deaths_a', '1.5', wholeNumber),
  buildWrongCell('deaths_a', '1e3', wholeNumber),
  buildWrongCell('deaths_a', 'many', wholeNumber),
  buildWrongCell('best', '', /^is required$/),
  buildWrongCell('country', '', /^is required$/, { iso3: '' }),
]

describe('wrong rows stop the import, or are skipped and reported', () => {
  test.each(CASES.map((one) => [one.what, one] as const))(
    '%s',
    async (what, { file, options = [], rowErrors, lost = [] }) => {
      const name = `Beside ${what}`
      const path = DATABASE.writeFile('damaged.csv', file(renameDyads(name)))
      const report = join(DATABASE.files.newFolder(), 'report.ndjson')
      const before = await DATABASE.readState()
      const run = (onError: string) =>
        DATABASE.run('import', path, '--on-error', onError, '--report', report, ...options)

      const stopped = await run('stop')
      expectNoStack(stopped)
      expect(stopped).toMatchObject({ code: 1, stdout: expect.stringContaining('(nothing was written)') })
      expectReported(stopped.stderr, rowErrors.slice(0, 1))
      expect(stopped.stderr).toMatch(
        /\nincidents: damaged\.csv was not imported: the database is as it was before it\n$/,
      )
      expect(sortErrors(readReport(report))[0]).toEqual(buildReport(rowErrors)[0])
      expect(await DATABASE.readState(), 'the database is unchanged').toEqual(before)

      const skipped = await run('skip')
      expectNoStack(skipped)
      expect(skipped.code).toBe(0)
      expectReported(skipped.stderr, rowErrors)
      expect(sortErrors(readReport(report))).toEqual(buildReport(rowErrors))
      const lostLines = [...rowErrors.map(([line]) => line), ...lost]
      const imported = STORED_ROWS.slice(0, 10)
        .filter((_, at) => !lostLines.includes(at + 2))
        .map((row) => `ucdp-ged:${readCell(row, 'id')}`)
      expect(skipped.stdout).toContain(
        `rows read ${imported.length + rowErrors.length}, added 0, updated ${imported.length}, unchanged 0, rejected ${rowErrors.length}, skipped 0 (not data)`,
      )
      const after = await DATABASE.readState()
      expect(Object.keys(after.incidents)).toEqual(Object.keys(before.incidents))
      for (const [id, record] of Object.entries(after.incidents)) {
        if (imported.includes(id)) expect(record.dyad?.name, id).toBe(name)
        else expect(record, id).toEqual(before.incidents[id])
      }
    },
  )
})

/** Asserts that each of these rows is reported in one line with every column, value and reason. */
function expectReported(stderr: string, rowErrors: readonly RowErrors[]): void {
  const lines = stderr.split('\n')
  for (const [number, ...errors] of rowErrors) {
    const line = lines.find((text) => text.startsWith(`damaged.csv, line ${number}: `)) ?? `no line ${number}`
    for (const [column, value, reason] of errors) {
      const start = value instanceof RegExp ? '"' : JSON.stringify(value.slice(0, 60))
      expect(line).toContain(column === '' ? `line ${number}: ${start}` : `${column} ${start}`)
      expect(line).toMatch(new RegExp(reason.source.replace(/^\^|\$$/g, '')))
    }
  }
}

interface ReportLine {
  file: string
  line: number
  faults: { column: string; value: string; reason: string }[]
}

/** Builds the expected lines of a report, errors sorted by column. */
function buildReport(rowErrors: readonly RowErrors[]): ReportLine[] {
  return sortErrors(
    rowErrors.map(([line, ...errors]) => ({
      file: 'damaged.csv',
      line,
      faults: errors.map(([column, value, reason]) => ({
        column,
        value: value instanceof RegExp ? expect.stringMatching(value) : value,
        reason: expect.stringMatching(reason),
      })),
    })),
  )
}

function sortErrors(lines: unknown[]): ReportLine[] {
  return (lines as ReportLine[]).map(({ faults, ...line }) => ({
    ...line,
    faults: faults.toSorted((a, b) => (a.column < b.column ? -1 : 1)),
  }))
}
