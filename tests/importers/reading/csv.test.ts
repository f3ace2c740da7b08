import { describe, expect, it, test } from 'vitest'
import { openRows } from '../../../src/importers/reading/open-rows.ts'
import { createFile, readAll, readLines, readRejection } from './support.ts'

describe('valid CSV', () => {
  const cases: [what: string, text: string, header: string[], lines: Record<number, string[]>][] = [
    ['a header alone', 'a,b\n', ['a', 'b'], {}],
    ['a header without a line end', 'a,b', ['a', 'b'], {}],
    ['LF', 'a,b\n1,2\n3,4\n', ['a', 'b'], { 2: ['1', '2'], 3: ['3', '4'] }],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', ['a', 'b'], { 2: ['1', '2'], 3: ['3', '4'] }],
    ['CR', 'a,b\r1,2\r3,4\r', ['a', 'b'], { 2: ['1', '2'], 3: ['3', '4'] }],
    [
      'line ends of all kinds',
      'a,b\r1,2\n3,4\r\n5,6',
      ['a', 'b'],
      { 2: ['1', '2'], 3: ['3', '4'], 4: ['5', '6'] },
    ],
    ['no line end at the end', 'a,b\n1,2', ['a', 'b'], { 2: ['1', '2'] }],
    ['a byte-order mark', '\ufeffa,b\n1,2\n', ['a', 'b'], { 2: ['1', '2'] }],
    ['empty cells', 'a,b,c\n,,\n,x,\n', ['a', 'b', 'c'], { 2: ['', '', ''], 3: ['', 'x', ''] }],
    ['empty lines', '\n\na,b\n\n1,2\r\n\r\n3,4\n\n', ['a', 'b'], { 5: ['1', '2'], 7: ['3', '4'] }],
    ['one column', 'a\n1\n"2"\n""\n', ['a'], { 2: ['1'], 3: ['2'], 4: [''] }],
    [
      'quotation marks',
      '"a","b"\n"1, 2","said ""no"""\n"""","x"\n',
      ['a', 'b'],
      { 2: ['1, 2', 'said "no"'], 3: ['"', 'x'] },
    ],
    [
      'line ends in cells',
      'a,"b\nB"\n"1\r\n2\n\n3",x\r\n4,"5\r6"\n7,8\n',
      ['a', 'b\nB'],
      { 3: ['1\r\n2\n\n3', 'x'], 7: ['4', '5\r6'], 9: ['7', '8'] },
    ],
    ['spaces as they are', 'a,b\n 1 ,"2 "\n', ['a', 'b'], { 2: [' 1 ', '2 '] }],
    ['text in any script', 'a,b\nسامراء,😀\n', ['a', 'b'], { 2: ['سامراء', '😀'] }],
    ['semicolons in cells', 'a,b\nReuters; AFP,x;\n', ['a', 'b'], { 2: ['Reuters; AFP', 'x;'] }],
    ['U+FFFD that is in the file', 'a,b\n1,\ufffd\n', ['a', 'b'], { 2: ['1', '\ufffd'] }],
  ]
  it.each(cases)('reads %s', async (_, text, header, lines) => {
    const input = createFile(text)
    expect(await readAll(input)).toMatchObject({ format: 'csv', header, fileName: 'data.csv' })
    expect(await readLines(input)).toEqual(lines)
  })
})

describe('separators', () => {
  const isHeader = (cells: readonly string[]) => cells.join() === 'id,names'

  test.each([
    ['semicolons', 'id;names\n1;x, y\n2;"a;b"\n'],
    ['tabs', 'id\tnames\n1\tx, y\n2\t"a;b"\n'],
    ['vertical bars', 'id|names\r\n1|x, y\r\n2|a;b\r\n'],
    ['commas', 'id,names\n1,"x, y"\n2,a;b\n'],
  ])('%s are recognised, by a known header or without one', async (_, text) => {
    const lines = { 2: ['1', 'x, y'], 3: ['2', 'a;b'] }
    expect(await readLines(createFile(text), { isHeader })).toEqual(lines)
    expect(await readLines(createFile(text))).toEqual(lines)
    const { decimalComma } = await openRows(createFile(text))
    expect(decimalComma).toBe(!text.startsWith('id,'))
  })

  test.each([
    ['sep=;\nid;names\n1;x\n', { 3: ['1', 'x'] }],
    ['sep=,\r\nid,names\r\n1,x;y;z\r\n', { 3: ['1', 'x;y;z'] }],
    ['\ufeffsep=\t\nid\tnames\n1\tx\n', { 3: ['1', 'x'] }],
    ['"sep=|"\nid|names\n1|x\n', { 3: ['1', 'x'] }],
    ['SEP=;;\nid;names\n1;x\n', { 3: ['1', 'x'] }],
    ['sep=^\nid^names\n1^x\n', { 3: ['1', 'x'] }],
  ])('%j names its separator', async (text, lines) => {
    for (const options of [{ isHeader }, {}]) {
      expect(await readAll(createFile(text), options)).toMatchObject({ header: ['id', 'names'] })
      expect(await readLines(createFile(text), options)).toEqual(lines)
    }
  })

  test('a known header below notes decides, whatever the notes have', async () => {
    const text = 'Source: a, b, c\nRead: d, e, f\n\nid;names\n1;x\n'
    expect(await readLines(createFile(text), { isHeader })).toEqual({ 5: ['1', 'x'] })
  })

  test('what most rows agree on decides otherwise', async () => {
    const text = 'id;last, first;day\n1;A, B;2\n2;C;3\n3;D, E, F;4\n'
    expect(await readAll(createFile(text))).toMatchObject({ header: ['id', 'last, first', 'day'] })
    const lists = 'id,names\n1,a;b;c\n2,d;e;f\n'
    expect(await readAll(createFile(lists))).toMatchObject({ header: ['id', 'names'] })
  })

  test('errors of rows name cells as they are separated', async () => {
    const lines = await readLines(createFile('a;b;c\n1;2\n"1;2;3"\n1;5" gun;3\n;;;;;\n'))
    expect(lines).toMatchObject({
      2: { reason: 'has 2 cells, the header has 3' },
      3: { reason: 'is enclosed as a whole in one pair of quotation marks' },
      4: { column: 'b', value: '5" gun;3' },
      5: ['', '', '', '', '', ''],
    })
  })
})

describe('rows with nothing in them are no damage', () => {
  test.each([',', ',,', ',,,,,', ' , ,', '""', '\u00a0,\t', ' '])('%j', async (row) => {
    const { rows } = await readAll(createFile(`a,b,c\n1,2,3\n${row}\n`))
    expect(rows.map(({ error }) => error)).toEqual([undefined, undefined])
  })

  test('but for one that is damaged behind blank cells', async () => {
    expect(await readLines(createFile('a,b,c\n,,"open\n'))).toMatchObject({ 2: { column: 'c' } })
  })
})

describe('damaged rows', () => {
  const stray =
    'has a stray quotation mark: a cell with marks is enclosed in marks, and those inside it are doubled'
  const cases: [what: string, rows: string, lines: Record<number, unknown>][] = [
    ['too few cells', '1,2\n', { 2: { column: '', value: '1,2', reason: 'has 2 cells, the header has 3' } }],
    ['one cell', '1\n', { 2: { column: '', value: '1', reason: 'has 1 cell, the header has 3' } }],
    [
      'too many cells',
      '1,2,3,4\n',
      { 2: { column: '', value: '1,2,3,4', reason: 'has 4 cells, the header has 3' } },
    ],
    ['a quotation mark in a cell', '1,5" gun,3\n', { 2: { column: 'b', value: '5" gun,3', reason: stray } }],
    ['text after a closing mark', '1,"x"y,3\n', { 2: { column: 'b', value: '"x"y,3', reason: stray } }],
    ['a space after a closing mark', '"1" ,2,3\n', { 2: { column: 'a', value: '"1" ,2,3', reason: stray } }],
    ['a space before an opening mark', '1,2, "3"\n', { 2: { column: 'c', value: ' "3"', reason: stray } }],
    [
      'a row cut off in a cell',
      '1,"2 cut\n3,"4, 5",6\n',
      {
        2: {
          column: 'b',
          value: '"2 cut\n3,"4, 5",6',
          reason: `${stray}; the line after it went into its cell`,
        },
      },
    ],
    [
      'a mark that is not closed',
      '1,2,"three\n4,5,6\n',
      {
        2: {
          column: 'c',
          value: '"three\n4,5,6\n',
          reason:
            'has a quotation mark that is not closed: the line after it, to the end of the file, went into its cell',
        },
      },
    ],
    [
      'a mark that is not closed, in the last line',
      '1,2,"three\n',
      { 2: { column: 'c', value: '"three\n', reason: 'has a quotation mark that is not closed' } },
    ],
    [
      'a whole row in quotation marks',
      '"1,""two"",3"\n',
      {
        2: {
          column: '',
          value: '"1,""two"",3"',
          reason: 'is enclosed as a whole in one pair of quotation marks',
        },
      },
    ],
    [
      'a tail of semicolons',
      '1,2,3;;;\n',
      { 2: { column: '', value: '1,2,3;;;', reason: 'ends in stray semicolons' } },
    ],
    [
      'a quoted row with a tail of semicolons',
      '"1,2,3";;;\n',
      { 2: { column: 'a', value: '"1,2,3";;;', reason: stray } },
    ],
    ['a NUL byte', '1,2\0,3\n', { 2: { column: 'b', value: '2\0', reason: 'holds a NUL byte' } }],
    [
      'a long row, shortened',
      `${'x'.repeat(300)}\n`,
      { 2: { column: '', value: `${'x'.repeat(199)}…`, reason: 'has 1 cell, the header has 3' } },
    ],
    [
      'a long cell',
      `1,${'x'.repeat(1_100_000)},3\n`,
      { 2: { column: 'b', value: `${'x'.repeat(199)}…`, reason: 'is over 1 MB long' } },
    ],
  ]
  it.each(cases)('reports %s', async (_, rows, lines) => {
    expect(await readLines(createFile(`a,b,c\n${rows}`))).toEqual(lines)
  })

  it.each(cases.filter(([what]) => !what.includes('not closed')))(
    'continues after %s',
    async (_, rows, lines) => {
      const next = 2 + (rows.match(/\n/g)?.length ?? 0)
      expect(await readLines(createFile(`a,b,c\n${rows}7,8,9\n`))).toEqual({
        ...lines,
        [next]: ['7', '8', '9'],
      })
    },
  )

  it('returns the cells before the damage', async () => {
    const { rows } = await readAll(createFile('a,b,c\n1,"2",3"\n'))
    expect(rows[0]).toMatchObject({ cells: ['1', '2'], error: { column: 'c' } })
  })

  it('counts lines correctly after a damaged row of several lines', async () => {
    const lines = await readLines(createFile('a,b\n"1\n2"x,3\n4,5\n'))
    expect(lines).toMatchObject({ 2: { column: 'a' }, 4: ['4', '5'] })
  })
})

describe('headers that are rejected', () => {
  const cases: [what: string, text: string, message: RegExp][] = [
    ['a NUL byte', 'id,da\0y\n1,2\n', /^The header of \S+ holds a NUL byte: "da\\u0000y"$/],
    ['a stray quotation mark', 'id,da"y\n', /^The header of \S+ has a stray quotation mark/],
    [
      'an open quotation mark',
      'id,"day\n1,2\n',
      /^The header of \S+ has a quotation mark that is not closed/,
    ],
    ['one pair of quotation marks', '"id,day"\n"1,2"\n', /^The header of \S+ is all in one cell \(id,day\)/],
    ['one pair, with semicolons', '"id;day"\n"1;2"\n', /^The header of \S+ is all in one cell \(id;day\)/],
    ['a tail of semicolons', 'id,day;;;;;\n1,2;;;;;\n', /ends in stray semicolons/],
    ['no names', ',,\n1,2,3\n', /names no columns/],
    ['no names, further down', '\n\n , \n', /^The header of \S+ \(line 3\) names no columns$/],
  ]
  it.each(cases)('%s', async (_, text, message) => {
    expect(await readRejection(createFile(text))).toMatch(message)
  })
})

describe('NDJSON', () => {
  it('is read line by line', async () => {
    const text = '{"a":"x, \\"y\\""}\r\n\n{"a":2}\n{"b":"\ud83d\ude00"}'
    const { format, header, rows } = await readAll(createFile(text, 'data.csv'))
    expect({ format, header }).toEqual({ format: 'ndjson', header: [] })
    expect(rows).toEqual([
      { line: 1, cells: ['{"a":"x, \\"y\\""}'] },
      { line: 3, cells: ['{"a":2}'] },
      { line: 4, cells: ['{"b":"😀"}'] },
    ])
  })

  it('reports damaged lines', async () => {
    const { rows } = await readAll(createFile(`{"a":"\0"}\n{"b":"${'x'.repeat(1_100_000)}"}\n{}\n`))
    expect(rows.map(({ line, error }) => [line, error?.reason])).toEqual([
      [1, 'holds a NUL byte'],
      [2, 'is over 1 MB long'],
      [3, undefined],
    ])
  })
})
