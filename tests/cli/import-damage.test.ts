import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { buildWorkbook, buildZip } from '../importers/reading/support.ts'
import { expectNoStack, renameDyads, replaceWithByte, ServedDatabase } from '../support/damage.ts'
import { expectOneLine } from '../support/database.ts'
import { runIncidents } from '../support/process.ts'
import { changeCells, readCell, renderUcdpCsv, UCDP_HEADER, UCDP_ROWS } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

afterAll(async () => {
  expect(await DATABASE.run('check')).toEqual({ code: 0, stdout: 'Everything is sound\n', stderr: '' })
})

/** Renders the rows with this place on line 5. */
const renderWithPlace = (place: string) =>
  renderUcdpCsv(
    renameDyads('Beside a place').map((row, at) =>
      at === 3 ? changeCells(row, { where_coordinates: place }) : row,
    ),
  )

describe('a file that is rejected as a whole leaves the database unchanged', () => {
  const csv = renderUcdpCsv(renameDyads('Refused'))
  const utf16 = (text: string) => Buffer.from(text, 'utf-16le')
  const zip = buildZip({ name: 'a.csv', data: csv })

  const cases: [what: string, content: Buffer | string, cause: RegExp][] = [
    ['UTF-16 without a mark', utf16(csv.replace(/[^\n -~]/g, 'a')), /perhaps in UTF-16 without a byte-order/],
    ['truncated UTF-16', utf16(`\ufeff${csv}`).subarray(0, -1), /but line 11 is not UTF-16: save it/],
    [
      'Windows-1252 after a UTF-8 byte-order mark',
      replaceWithByte(`\ufeff${renderWithPlace('Z@rich')}`, 0xfc),
      /begins with the mark of UTF-8, but line 5 is not UTF-8: give --encoding/,
    ],
    [
      'invalid UTF-8',
      replaceWithByte(renderWithPlace('Z@rich'), 0xff),
      /is UTF-8 in some lines, but line 5 is not: give --encoding utf-8/,
    ],
    ['an empty file', '', /is empty: give a CSV/],
    ['only a UTF-8 byte-order mark', '\ufeff', /holds nothing but empty lines/],
    ['only NUL bytes', Buffer.alloc(100_000), /is not text/],
    ['NUL bytes after its rows', Buffer.concat([Buffer.from(csv), Buffer.alloc(100_000)]), /is not text/],
    ['a picture', Buffer.from(`89504e470d0a1a0a${'00ff'.repeat(500)}`, 'hex'), /is a PNG image/],
    [
      'a page that asks for a login',
      '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form></form></body></html>\n',
      /is a web page: perhaps the download asked for a login/,
    ],
    [
      'an error in JSON',
      '{"error":"unauthorized","message":"Your session has expired"}\n',
      /is an error message in JSON \(\{"error":"unauthorized".*\): perhaps the download/,
    ],
    [
      'an error in JSON after a status',
      '{"status":401,"success":false,"error":[{"message":"Access denied"}]}',
      /is an error message in JSON/,
    ],
    ['a message in JSON', '{"message": "Forbidden"}', /is an error message in JSON/],
    [
      'an error in JSON over several lines',
      '{\n  "error": "no"\n}\n',
      /message in JSON \(\{"error":"no"\}\)/,
    ],
    ['JSON over several lines', '{\n  "id": 1\n}\n', /is JSON over several lines/],
    ['other columns', 'a,b\n1,2\n', /header .*is of no known kind/],
    ['no header', csv.slice(csv.indexOf('\n') + 1), /header .*is of no known kind/],
    ['its header in quotation marks', csv.replace(/^.*/, '"$&"'), /is all in one cell/],
    [
      'a truncated workbook',
      buildWorkbook({ rows: '<row r="1"><c><v>1</v></c></row>' }).subarray(0, -40),
      /is a damaged or truncated zip archive/,
    ],
    ['truncated gzip', gzipSync(csv).subarray(0, -30), /is cut short/],
    ['a truncated zip archive', zip.subarray(0, -30), /is a damaged or truncated zip archive/],
    [
      'a zip archive of two files',
      buildZip({ name: 'a.csv', data: csv }, { name: 'b.csv', data: csv }),
      /holds several data files \(a\.csv, b\.csv\): unpack it and give the one to import/,
    ],
    [
      'a zip archive with more content than its directory states',
      buildZip({ name: 'a.csv', data: csv, size: csv.length - 500 }),
      /damaged or truncated zip archive \(a\.csv does not match the directory\)/,
    ],
    [
      'a zip archive with less content than its directory states',
      buildZip({ name: 'a.csv', data: csv, size: 2 ** 31 }),
      /damaged or truncated zip archive \(a\.csv does not match the directory\)/,
    ],
    [
      'a zip archive with a wrong checksum',
      buildZip({ name: 'a.csv', data: csv, checksum: 1 }),
      /damaged or truncated zip archive \(a\.csv does not match the directory\)/,
    ],
  ]

  test.each(cases)('%s', async (_, content, cause) => {
    await expectRejected(DATABASE.writeFile('damaged.csv', content), cause)
  })

  test('a folder', async () => {
    const path = join(DATABASE.files.newFolder(), 'damaged.csv')
    mkdirSync(path)
    await expectRejected(path, /is a folder: give the path of a file/)
  })

  test('a missing file', async () => {
    await expectRejected(join(DATABASE.files.newFolder(), 'damaged.csv'), /There is no file/)
  })

  test('a file without read permission', async ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no such permissions')
    if (process.getuid?.() === 0) skip('root may read every file')
    const path = DATABASE.writeFile('damaged.csv', csv)
    chmodSync(path, 0o000)
    await expectRejected(path, /may not be read by this user: change its permissions/)
  })

  test('truncated standard input', async () => {
    const before = await DATABASE.readState()
    const input = gzipSync(csv).subarray(0, -30)
    expectOneLine(
      await runIncidents(['import', '-'], { env: DATABASE.env, input }),
      /standard input is cut short/,
    )
    expect(await DATABASE.readState()).toEqual(before)
  })

  async function expectRejected(path: string, cause: RegExp): Promise<void> {
    const before = await DATABASE.readState()
    const outcome = await DATABASE.run('import', path)
    expectOneLine(outcome, cause)
    expect(outcome.stderr, 'the file is named').toContain('damaged.csv')
    expectNoStack(outcome)
    expect(await DATABASE.readState()).toEqual(before)
  }
})

describe('a file that only looks damaged is imported', () => {
  const [row = []] = UCDP_ROWS.slice(100)
  const id = `ucdp-ged:${readCell(row, 'id')}`
  const one = (cells: Record<string, string>) => renderUcdpCsv([changeCells(row, cells)])
  const dyad = (name: string) => ({ dyad: { name } })

  const cases: [what: string, content: Buffer | string, record: object][] = [
    [
      'figures out of order, kept as given',
      one({ low: '9', best: '5', high: '2' }),
      { fatalities: expect.objectContaining({ low: 9, best: 5, high: 2 }) },
    ],
    ['lines that end in CRLF', one({ dyad_name: 'CRLF' }).replaceAll('\n', '\r\n'), dyad('CRLF')],
    ['lines that end in CR', one({ dyad_name: 'CR' }).replaceAll('\n', '\r'), dyad('CR')],
    ['no line end after the last line', one({ dyad_name: 'No end' }).trimEnd(), dyad('No end')],
    ['empty lines', `\n\n${one({ dyad_name: 'Empty lines' })}\n\n`, dyad('Empty lines')],
    ['a UTF-8 byte-order mark', `\ufeff${one({ dyad_name: 'Marked' })}`, dyad('Marked')],
    [
      'Windows-1252',
      replaceWithByte(one({ dyad_name: 'Z@rich' }).replace(/[^\n -~]/g, 'a'), 0xfc),
      dyad('Zürich'),
    ],
    ['a comma, quotation marks and a line end in a cell', one({ dyad_name: 'a,"b"\nc' }), dyad('a,"b"\nc')],
    ['a misleading file name', gzipSync(one({ dyad_name: 'Packed' })), dyad('Packed')],
    ['a number as spreadsheets write it', one({ deaths_a: '3.0' }), { original: { deaths_a: '3.0' } }],
  ]
  test.each(cases)('%s', async (_, content, record) => {
    const outcome = await DATABASE.run('import', DATABASE.writeFile('odd.csv', content))
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/rows read 1, added [01], updated [01], unchanged 0, rejected 0/)
    expect((await DATABASE.readState()).incidents[id]).toMatchObject(record)
  })

  test('a header alone changes no record', async () => {
    const before = await DATABASE.readState()
    const { code, stdout } = await DATABASE.run(
      'import',
      DATABASE.writeFile('header.csv', `${UCDP_HEADER}\n`),
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/rows read 0, added 0, updated 0, unchanged 0, rejected 0/)
    expect((await DATABASE.readState()).incidents).toEqual(before.incidents)
  })
})
