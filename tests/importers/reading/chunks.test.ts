import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Scanner } from '../../../src/importers/reading/csv/scanner.ts'
import { TextRows } from '../../../src/importers/reading/csv/text-rows.ts'
import { Decoder } from '../../../src/importers/reading/encoding/decoder.ts'
import type { FileRow } from '../../../src/importers/reading/rows/file-row.ts'
import { createFile, readAll } from './support.ts'

const LINE_ENDS = ['\n', '\r\n', '\r']

const texts = fc.string({
  unit: fc.constantFrom('a', 'é', 'س', '😀', ' ', ',', '"', '\n', '\r', '\r\n'),
  maxLength: 8,
})

/** A cell as written: in quotation marks where necessary, and sometimes elsewhere. */
const cells = fc
  .record({ text: texts, isQuoted: fc.boolean() })
  .map(({ text, isQuoted }) => (isQuoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))

const rowOfWidth = (width: number) => fc.array(cells, { minLength: width, maxLength: width })

/** A CSV file with line ends of all kinds and empty lines, and the line on which each row begins. */
const files = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.record({
      width: fc.constant(width),
      rows: fc.array(
        fc.record({
          row: rowOfWidth(width),
          ends: fc.array(fc.constantFrom(...LINE_ENDS), { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 8 },
      ),
      hasMark: fc.boolean(),
      hasLastEnd: fc.boolean(),
    }),
  )
  .map(({ width, rows, hasMark, hasLastEnd }) => {
    const header = Array.from({ length: width }, (_, index) => `h${index}`).join(',')
    let text = `${header}\n`
    const lines: number[] = []
    for (const [index, { row, ends }] of rows.entries()) {
      const written = row.join(',')
      // A row of one empty cell is an empty line.
      if (written !== '') lines.push(1 + (text.match(/\r\n|\n|\r/g)?.length ?? 0))
      text += written
      if (hasLastEnd || index < rows.length - 1) text += ends.join('')
    }
    return { text, lines, bytes: Buffer.from(hasMark ? `\ufeff${text}` : text) }
  })

async function* cutIntoChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (let index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Reads bytes in chunks of these sizes; `openRows` would join those of the first megabyte. */
async function readInChunks(bytes: Buffer, sizes: readonly number[]): Promise<FileRow[]> {
  const decoder = new Decoder({ encoding: 'utf-8', isStrict: true, skip: 0 })
  const scanner = new Scanner({ name: 'data', layout: 'csv', isReplaced: () => decoder.isReplaced })
  const rows = new TextRows('data', scanner, decoder.decode(cutIntoChunks(bytes, sizes)))
  const header = await rows.next()
  scanner.setHeader(header?.cells ?? [])
  const all: FileRow[] = []
  for await (const batch of rows.batches()) all.push(...batch)
  return all
}

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })

it('reads any CSV as csv-parse does, with the lines on which its rows begin', async () => {
  await fc.assert(
    fc.asyncProperty(files, async ({ text, lines, bytes }) => {
      const [header, ...records] = parse(text, {
        record_delimiter: LINE_ENDS.toReversed(),
        skip_empty_lines: true,
      })
      const read = await readAll(createFile(bytes))
      expect(read.header).toEqual(header)
      expect(read.rows).toEqual(records.map((cells, index) => ({ line: lines[index], cells })))
    }),
    { numRuns: 300 },
  )
})

it('reads any CSV the same for all sizes of chunks', async () => {
  await fc.assert(
    fc.asyncProperty(files, sizes, async ({ text, lines }, sizes) => {
      const bytes = Buffer.from(text)
      const rows = await readInChunks(bytes, sizes)
      expect(rows).toEqual(await readInChunks(bytes, [bytes.length]))
      expect(rows.map(({ line }) => line)).toEqual(lines)
    }),
    { numRuns: 1000 },
  )
})

it('reads any damaged text the same for all sizes of chunks', async () => {
  const anything = fc.string({
    unit: fc.constantFrom('a', 'é', ',', '"', '"', '\n', '\r', ';', '\0'),
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(anything, sizes, async (text, sizes) => {
      const bytes = Buffer.from(`a,b\n${text}`)
      expect(await readInChunks(bytes, sizes)).toEqual(await readInChunks(bytes, [bytes.length]))
    }),
    { numRuns: 2000 },
  )
})
