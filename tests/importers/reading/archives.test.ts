import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { OperatorError } from '../../../src/errors.ts'
import { openRows } from '../../../src/importers/reading/open-rows.ts'
import { buildZip, createFile, createStream, readAll, readRejection } from './support.ts'

const CSV = `a,b\n${'1,2\n'.repeat(5000)}`
const gz = gzipSync(CSV)
const zip = buildZip({ name: 'data.csv', data: CSV })

// A separate folder for temporary files, because other processes use the common one.
const TMPDIR = mkdtempSync(join(tmpdir(), 'conflict-incidents-test-'))
const { TMPDIR: SHARED } = process.env
process.env.TMPDIR = TMPDIR
afterAll(() => {
  if (SHARED === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = SHARED
  rmSync(TMPDIR, { recursive: true, force: true })
})

const listTemporaryFiles = () =>
  readdirSync(tmpdir()).filter((name) => /^conflict-incidents-(?!test)/.test(name))

describe('compressed files', () => {
  const cases: [what: string, bytes: Buffer][] = [
    ['no compression', Buffer.from(CSV)],
    ['gzip', gz],
    ['gzip in parts', Buffer.concat([gzipSync(CSV.slice(0, 999)), gzipSync(CSV.slice(999))])],
    ['gzip with padding', Buffer.concat([gz, Buffer.alloc(512)])],
    ['gzip in gzip', gzipSync(gz)],
    ['zip', zip],
    ['zip without compression', buildZip({ name: 'data.csv', data: CSV, method: 0 })],
    ['gzip in zip', buildZip({ name: 'data.csv.gz', data: gz })],
    ['zip in gzip', gzipSync(zip)],
    ['zip in zip', buildZip({ name: 'inner.csv.zip', data: zip })],
    ['a file of any name in zip', buildZip({ name: 'EXPORT', data: CSV })],
    [
      'zip with other things',
      buildZip(
        { name: '__MACOSX/._data.csv', data: 'x' },
        { name: 'folder/', data: '', method: 0 },
        { name: 'folder/.hidden.csv', data: 'x' },
        { name: 'folder/Data.CSV', data: CSV },
        { name: 'folder/codebook.pdf', data: 'x' },
        { name: 'README.txt', data: 'x' },
      ),
    ],
  ]
  it.each(cases)('reads %s from a file and from a stream', async (_, bytes) => {
    const before = listTemporaryFiles()
    const reported: [number, number | null][] = []
    const onBytes = (read: number, total: number | null) => void reported.push([read, total])
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    // The file name does not indicate the format.
    for (const input of [
      createFile(bytes, 'data.bin'),
      createStream(bytes.subarray(0, 10), bytes.subarray(10)),
    ]) {
      const file = await readAll(input, { onBytes })
      expect(file).toMatchObject({ format: 'csv', header: ['a', 'b'], sha256 })
      expect(file.rows).toHaveLength(5000)
      expect(file.rows.at(-1)).toEqual({ line: 5001, cells: ['1', '2'] })
      const total = 'path' in input ? bytes.length : null
      expect(reported.at(-1)).toEqual([bytes.length, total])
      expect(reported.map(([read]) => read)).toEqual(reported.map(([read]) => read).toSorted((a, b) => a - b))
      reported.length = 0
    }
    expect(listTemporaryFiles()).toEqual(before)
  })
})

describe('compressed files that are rejected', () => {
  const flipped = Buffer.from(gz)
  flipped[40] = 0xff ^ (flipped[40] ?? 0)
  const cases: [what: string, bytes: Buffer, message: RegExp][] = [
    [
      'truncated gzip',
      gz.subarray(0, -20),
      /is cut short: its compressed data ends too early; download it again$/,
    ],
    ['damaged gzip', flipped, /is damaged: its compressed data cannot be unpacked/],
    ['gzip with trailing bytes', Buffer.concat([gz, Buffer.from('tail')]), /is damaged/],
    ['gzip of nothing', gzipSync(''), /holds an empty file/],
    ['gzip of an image', gzipSync(Buffer.from('89504e470d0a1a0a0000', 'hex')), /is a PNG image/],
    [
      'gzip nested too deeply',
      gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(gz))))),
      /is packed more than 4 times over/,
    ],
    ['truncated zip', zip.subarray(0, -30), /is a damaged or truncated zip archive/],
    ['zip of nothing', buildZip(), /is an empty zip archive/],
    [
      'zip without data',
      buildZip({ name: 'a.pdf', data: 'x' }, { name: 'b.txt', data: 'x' }),
      /holds no CSV, .*, but a\.pdf, b\.txt$/,
    ],
    [
      'zip with several data files',
      buildZip({ name: 'a.csv', data: CSV }, { name: 'b.csv', data: CSV }, { name: 'c.txt', data: 'x' }),
      /holds several data files \(a\.csv, b\.csv\): unpack it and give the one to import$/,
    ],
    [
      'zip with many data files',
      buildZip(...Array.from({ length: 9 }, (_, index) => ({ name: `${index}.csv`, data: CSV }))),
      /\(0\.csv, 1\.csv, 2\.csv, 3\.csv, 4\.csv and 4 more\)/,
    ],
    [
      'an encrypted zip',
      buildZip({ name: 'a.csv', data: CSV, flags: 1 }),
      /^a\.csv in .+ is encrypted: unpack it with its password first$/,
    ],
    [
      'zip with an unsupported method',
      buildZip({ name: 'a.csv', data: CSV, method: 9 }),
      /is packed by method 9, which is not supported/,
    ],
    [
      'zip with a wrong checksum',
      buildZip({ name: 'a.csv', data: CSV, checksum: 1 }),
      /a\.csv does not match the directory/,
    ],
    [
      'zip with more content than its directory states',
      buildZip({ name: 'a.csv', data: CSV, size: 10 }),
      /a\.csv does not match the directory/,
    ],
    [
      'zip with less content than its directory states',
      buildZip({ name: 'a.csv', data: CSV, size: 1e6 }),
      /a\.csv does not match the directory/,
    ],
    ['zip of an empty file', buildZip({ name: 'a.csv', data: '' }), /holds an empty file/],
    [
      'OpenDocument',
      buildZip({ name: 'content.xml', data: 'x' }, { name: 'META-INF/manifest.xml', data: 'x' }),
      /is an OpenDocument file: save it as \.xlsx or CSV$/,
    ],
  ]
  it.each(cases)('%s', async (_, bytes, message) => {
    const before = listTemporaryFiles()
    expect(await readRejection(createFile(bytes))).toMatch(message)
    expect(await readRejection(createStream(bytes))).toMatch(message)
    expect(listTemporaryFiles()).toEqual(before)
  })
})

describe('files that are not read to their end', () => {
  it.each([
    ['plain', Buffer.from(CSV.repeat(40))],
    ['gzip', gzipSync(CSV.repeat(40))],
    ['zip in gzip', gzipSync(zip)],
  ])('are closed: %s', async (_, bytes) => {
    const before = listTemporaryFiles()
    for (const leave of ['break', 'close'] as const) {
      const input = createStream(bytes)
      const { rows, close, sha256 } = await openRows(input)
      if (leave === 'break') for await (const _ of rows) break
      else await close()
      expect(input.stream.destroyed).toBe(true)
      expect(sha256).toThrow('not yet read to its end')
    }
    expect(listTemporaryFiles()).toEqual(before)
  })
})

it('reads or rejects any damaged file', async () => {
  const workbook = readFileSync(new URL('fixtures/exceljs.xlsx', import.meta.url))
  const sound = [workbook, gz, zip, gzipSync(workbook)]
  const damages = fc.record({
    bytes: fc.constantFrom(...sound),
    flips: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    length: fc.option(fc.nat()),
    isStream: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(damages, async ({ bytes, flips, length, isStream }) => {
      const damaged = Buffer.from(bytes.subarray(0, length === null ? bytes.length : length % bytes.length))
      for (const [at, bits] of flips) {
        if (damaged.length > 0)
          damaged.writeUInt8(bits ^ damaged.readUInt8(at % damaged.length), at % damaged.length)
      }
      const input = isStream ? createStream(damaged) : createFile(damaged)
      const outcome = await readAll(input).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(OperatorError)
    }),
    { numRuns: 500 },
  )
})
