import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  buildWorkbook,
  buildZip,
  createFile,
  createStream,
  readAll,
  readLines,
  readRejection,
  type WorkbookParts,
} from './support.ts'

const HEADER =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'

describe('workbooks', () => {
  // Written by exceljs 4.4.0: a hidden sheet before the one to be read, a row left out, cells of every kind.
  const path = fileURLToPath(new URL('fixtures/exceljs.xlsx', import.meta.url))

  it('are read as written by exceljs', async () => {
    const { format, header, rows } = await readAll({ path })
    expect(format).toBe('xlsx')
    const named = rows.map(({ line, cells }) => [
      line,
      Object.fromEntries(cells.map((cell, at) => [header[at], cell])),
    ])
    expect(named).toEqual([
      [
        2,
        {
          eventid: '201701020001',
          day: '2017-01-02',
          moment: '2017-01-02T11:30:00',
          killed: '39',
          latitude: '33.3889',
          suicide: 'TRUE',
          summary: 'Car bomb in Sadr City',
          url: 'Reuters',
          share: '0.65',
          clock: '11:30:00',
          error: '#N/A',
        },
      ],
      [
        4,
        {
          eventid: '197001020003',
          day: '2017-01-02',
          moment: '',
          killed: '1.5',
          latitude: '0.3',
          suicide: 'FALSE',
          summary: 'two\nlines & <tags> “quoted” سامراء',
          url: '',
          share: '0.0000001',
          clock: '',
          error: '',
        },
      ],
    ])
  })

  const cases: [what: string, parts: WorkbookParts, lines: Record<number, unknown>][] = [
    ['no rows after the header', { rows: HEADER }, {}],
    [
      'shared texts',
      {
        rows: `${HEADER}<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>`,
        texts:
          '<si><t>plain</t></si><si><r><t xml:space="preserve">rich </t></r><r><t>text</t></r><rPh><t>spoken</t></rPh></si>',
      },
      { 2: ['rich text', 'plain'] },
    ],
    [
      'escapes',
      {
        rows: `${HEADER}<row r="2"><c r="A2" t="str"><v>1_x000D_2</v></c><c r="B2" t="inlineStr"><is><t>&lt;&#233;_x005F_</t></is></c></row>`,
      },
      { 2: ['1\r2', '<é_'] },
    ],
    [
      'cells and rows without references',
      {
        rows: '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>',
      },
      { 2: ['1', '2'] },
    ],
    [
      'cells and rows left out',
      {
        rows: `${HEADER}<row r="3"/><row r="5"><c r="B5"><v>2</v></c></row><row r="6"><c r="A6"><v>1</v></c><c r="B6"/><c r="C6" s="1"/></row>`,
      },
      { 5: ['', '2'], 6: ['1', ''] },
    ],
    [
      'too many cells',
      { rows: `${HEADER}<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>4</v></c></row>` },
      { 2: { column: '', value: '1,,,4', reason: 'has 4 cells, the header has 2' } },
    ],
    [
      'formulas by their results',
      { rows: `${HEADER}<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="b"><v>1</v></c></row>` },
      { 2: ['2', 'TRUE'] },
    ],
    [
      'dates by their formats',
      {
        rows: `${HEADER}<row r="2"><c r="A2" s="1"><v>42737</v></c><c r="B2" s="2"><v>42737.5</v></c></row><row r="3"><c r="A3" s="3"><v>42737</v></c><c r="B3" t="d"><v>2017-01-02T00:00:00</v></c></row>`,
        styles:
          '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="1"/></cellXfs>',
      },
      { 2: ['2017-01-02', '2017-01-02T12:00:00'], 3: ['42737', '2017-01-02'] },
    ],
    [
      'days counted from 1904',
      {
        rows: `${HEADER}<row r="2"><c r="A2" s="0"><v>41275</v></c><c r="B2"><v>1</v></c></row>`,
        styles: '<cellXfs><xf numFmtId="14"/></cellXfs>',
        workbookPr: '<workbookPr date1904="1"/>',
      },
      { 2: ['2017-01-02', '1904-01-02'] },
    ],
    [
      'elements with a prefix',
      {
        prefix: 'x:',
        rows: '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c></x:row>',
        texts: '<x:si><x:t>a</x:t></x:si>',
      },
      { 2: ['7'] },
    ],
    [
      'a chart before the first sheet',
      { rows: HEADER, sheets: '<sheet name="chart" sheetId="2" r:id="c1"/>' },
      {},
    ],
  ]
  it.each(cases)('are read with %s', async (_, parts, lines) => {
    const bytes = buildWorkbook(parts)
    expect(await readLines(createFile(bytes, 'data.csv'))).toEqual(lines)
    expect(await readLines(createStream(bytes))).toEqual(lines)
  })
})

describe('workbooks that are rejected', () => {
  const row = (inside: string) => ({ rows: `${HEADER}<row r="2">${inside}</row>` })
  const cases: [what: string, bytes: Buffer, message: RegExp][] = [
    ['no rows', buildWorkbook({ rows: '' }), /is empty: its first sheet has no rows$/],
    [
      'rows of empty cells',
      buildWorkbook({ rows: '<row r="1"><c r="A1"/></row>' }),
      /its first sheet has no rows/,
    ],
    [
      'XML that ends too early',
      buildWorkbook({ rows: '<row r="1"><c>' }),
      /is a damaged workbook \(xl\/worksheets\/first\.xml: .*\): save it again, or as CSV$/,
    ],
    ['a row out of order', buildWorkbook({ rows: `${HEADER}<row r="1"/>` }), /row 1 follows row 1/],
    ['a cell out of order', buildWorkbook(row('<c r="B2"/><c r="A2"/>')), /a cell of row 2 is in column A2/],
    ['a cell without a column', buildWorkbook(row('<c r="2"/>')), /a cell of row 2 is in column 2/],
    [
      'a cell beyond the last column',
      buildWorkbook(row('<c r="ZZZZZZ2"><v>1</v></c>')),
      /is in column ZZZZZZ2/,
    ],
    [
      'a missing text',
      buildWorkbook(row('<c r="A2" t="s"><v>5</v></c>')),
      /row 2 refers to a text that does not exist/,
    ],
    ['elements without end', buildWorkbook(row('<c>'.repeat(70_000))), /it is not a document of a workbook/],
    [
      'a text without end',
      buildWorkbook(row(`<c><v>${'1'.repeat(20_000_000)}</v></c>`)),
      /it is not a document of a workbook/,
    ],
    [
      'no sheet',
      buildZip(
        { name: '[Content_Types].xml', data: '<Types/>' },
        { name: 'xl/workbook.xml', data: '<workbook/>' },
      ),
      /xl\/_rels\/workbook\.xml\.rels is missing/,
    ],
    [
      'binary',
      buildZip({ name: '[Content_Types].xml', data: '<Types/>' }, { name: 'xl/workbook.bin', data: 'x' }),
      /is a binary workbook \(\.xlsb\)/,
    ],
    [
      'Word',
      buildZip({ name: '[Content_Types].xml', data: '<Types/>' }, { name: 'word/document.xml', data: 'x' }),
      /is a Word document/,
    ],
    ['truncated', buildWorkbook({ rows: HEADER }).subarray(0, -40), /is a damaged or truncated zip archive/],
    [
      'too large',
      (() => {
        const bytes = buildWorkbook({ rows: HEADER })
        // The directory states 3 GB for the sheet.
        bytes.writeUInt32LE(3e9, bytes.indexOf(Buffer.from('PK\x01\x02')) + 24)
        return bytes
      })(),
      /is too large for a workbook \(over 2 GB unpacked\): save it as CSV$/,
    ],
    [
      'a header in one cell',
      buildWorkbook({ rows: '<row r="1"><c t="str"><v>id,day</v></c></row>' }),
      /is all in one cell \(id,day\)/,
    ],
  ]
  it.each(cases)('%s', async (_, bytes, message) => {
    expect(await readRejection(createFile(bytes))).toMatch(message)
  })
})
