import { describe, expect, it } from 'vitest'
import { Decoder } from '../../../src/importers/reading/encoding/decoder.ts'
import { decodeWindows1252 } from '../../../src/importers/reading/encoding/encoding.ts'
import { createFile, readAll, readLines, readRejection } from './support.ts'

const ROWS = 'a,b\n1,2\n'
/** `é’` in Windows-1252. */
const LATIN = Buffer.from([0xe9, 0x92])
const BROKEN = 'holds bytes that are not of the encoding, shown as \ufffd'

/** Longer than the part from which the encoding is detected: 200,000 rows after the header. */
const long = Buffer.from(`a,b\n${'1234,5678\n'.repeat(200_000)}`)

describe('Windows-1252', () => {
  it.each([undefined, 'windows-1252', 'iso-8859-1'] as const)(
    'is read with the requested encoding %s',
    async (encoding) => {
      const input = createFile(Buffer.concat([Buffer.from(ROWS), LATIN, Buffer.from(',3\n')]))
      expect(await readLines(input, encoding && { encoding })).toEqual({ 2: ['1', '2'], 3: ['é’', '3'] })
    },
  )

  it('is decoded for every byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const text = decodeWindows1252(bytes)
    expect(text.slice(0x80, 0xa0)).toBe('€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ')
    expect(text.slice(0, 0x80) + text.slice(0xa0)).toBe(
      bytes.toString('latin1', 0, 0x80) + bytes.toString('latin1', 0xa0),
    )
  })

  it('reports rows with undefined bytes when it is requested', async () => {
    const input = createFile(
      Buffer.concat([Buffer.from(ROWS), Buffer.from([0x81]), Buffer.from(',3\n4,5\n')]),
    )
    expect(await readLines(input, { encoding: 'windows-1252' })).toEqual({
      2: ['1', '2'],
      3: { column: 'a', value: '\ufffd', reason: BROKEN },
      4: ['4', '5'],
    })
  })

  it('is rejected as an option for a file with a UTF-8 byte-order mark', async () => {
    expect(await readRejection(createFile(`\ufeff${ROWS}`), { encoding: 'windows-1252' })).toMatch(
      /begins with the mark of UTF-8: leave out --encoding windows-1252$/,
    )
  })
})

describe('invalid UTF-8', () => {
  it('is rejected if most lines are UTF-8', async () => {
    const input = createFile(Buffer.concat([Buffer.from('a,b\nSāmarrā’,1\n2,'), LATIN, Buffer.from('\n')]))
    expect(await readRejection(input)).toMatch(
      /is UTF-8 in some lines, but line 3 is not: give --encoding utf-8 .* or --encoding windows-1252$/,
    )
  })

  it('is rejected after a byte-order mark', async () => {
    const input = createFile(Buffer.concat([Buffer.from(`\ufeff${ROWS}`), LATIN, Buffer.from(',3\n')]))
    expect(await readRejection(input)).toMatch(/begins with the mark of UTF-8, but line 3 is not UTF-8/)
  })

  it.each([
    ['a lone byte', LATIN],
    ['a character cut off by the end', Buffer.from([0xc4])],
  ])('is rejected with its line if it occurs late: %s', async (_, bytes) => {
    const message = await readRejection(createFile(Buffer.concat([long, Buffer.from('x\ny,'), bytes])))
    expect(message).toMatch(/begins in UTF-8, but line 200003 is not UTF-8: give --encoding windows-1252 if/)
  })

  it('affects only its rows when UTF-8 is requested', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\nSāmarrā’,1\n2,'), LATIN, Buffer.from('\n3,4\n')])
    expect(await readLines(createFile(bytes), { encoding: 'utf-8' })).toEqual({
      2: ['Sāmarrā’', '1'],
      3: { column: 'b', value: '\ufffd', reason: BROKEN },
      4: ['3', '4'],
    })
  })

  it('affects only a late row when UTF-8 is requested', async () => {
    const bytes = Buffer.concat([long, LATIN, Buffer.from(',1\n3,4\n')])
    const { rows } = await readAll(createFile(bytes), { encoding: 'utf-8' })
    expect(rows).toHaveLength(200_002)
    expect(rows.filter(({ error }) => error)).toMatchObject([{ line: 200_002, error: { column: 'a' } }])
  })
})

describe('other encodings', () => {
  it('rejects text that is neither UTF-8 nor Windows-1252', async () => {
    const cyrillic = Buffer.from([0xc1, 0xe0, 0xe3, 0xe4, 0xe0, 0x81])
    const input = createFile(Buffer.concat([Buffer.from(ROWS), cyrillic, Buffer.from(',1\n')]))
    expect(await readRejection(input)).toMatch(
      /is neither UTF-8 nor Windows-1252, as line 3 shows: save it as UTF-8$/,
    )
  })

  it('rejects undefined bytes that occur late', async () => {
    const late = Buffer.concat([Buffer.from('a,b\n'), LATIN, Buffer.from(',1\n'), long, Buffer.from([0x81])])
    expect(await readRejection(createFile(late))).toMatch(
      /begins in Windows-1252, but line 200004 has bytes that are undefined/,
    )
  })
})

describe.each(['utf-16le', 'utf-16be'] as const)('%s', (encoding) => {
  const encode = (text: string) => {
    const little = Buffer.from(text, 'utf-16le')
    return encoding === 'utf-16le' ? little : little.swap16()
  }

  it('is read by its byte-order mark', async () => {
    const text = '\ufeffa\tb\r\nسامراء\t😀\r\n"1\n2"\t€\r\n'
    expect(await readLines(createFile(encode(text)))).toEqual({ 2: ['سامراء', '😀'], 3: ['1\n2', '€'] })
  })

  it('is read in chunks of any size', async () => {
    const bytes = encode('a,😀é\n1,سا\n').subarray(0)
    for (const size of [1, 2, 3, 5, 7]) {
      const decoder = new Decoder({ encoding, isStrict: true, skip: 0 })
      let text = ''
      for await (const piece of decoder.decode(chunksOf(bytes, size))) text += piece
      expect(text).toBe('a,😀é\n1,سا\n')
    }
  })

  it('is read over its first megabyte', async () => {
    const { rows } = await readAll(createFile(encode(`\ufeff${long}x,😀\n`)))
    expect(rows).toHaveLength(200_001)
    expect(rows.at(-1)?.cells).toEqual(['x', '😀'])
  })

  it.each([
    ['half a character', '\ud800,1\n'],
    ['half a character at the end', 'x,\ud800'],
  ])('is rejected with the line of %s', async (_, row) => {
    expect(await readRejection(createFile(encode(`\ufeffa,b\n1,2\n${row}`)))).toMatch(
      /begins in UTF-16, but line 3 is not UTF-16: save it as UTF-8$/,
    )
  })

  it('is rejected where it ends in half a unit, without its mark, or where another is asked for', async () => {
    const bytes = encode(`\ufeff${ROWS.repeat(10)}`)
    expect(await readRejection(createFile(bytes.subarray(0, -1)))).toMatch(/but line 20 is not UTF-16/)
    expect(await readRejection(createFile(bytes.subarray(2)))).toMatch(
      /perhaps in UTF-16 without a byte-order mark/,
    )
    expect(await readRejection(createFile(bytes), { encoding: 'utf-8' })).toMatch(
      /begins with the mark of UTF-16: leave out --encoding utf-8$/,
    )
  })
})

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
