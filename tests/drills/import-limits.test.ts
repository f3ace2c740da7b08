import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { buildWorkbook, buildZip, type ZipEntry } from '../importers/reading/support.ts'
import { expectNoStack, renameDyads, ServedDatabase } from '../support/damage.ts'
import { expectOneLine } from '../support/database.ts'
import { measurePeakMemory, UNMEASURED } from '../support/memory.ts'
import { runIncidents, startIncidents } from '../support/process.ts'
import { renderUcdpCsv } from '../support/ucdp.ts'

const MB = 2 ** 20
const SOUND = { code: 0, stdout: 'Everything is sound\n', stderr: '' }
const DATABASE = new ServedDatabase()
const CSV = renderUcdpCsv(renameDyads('Before what is too much'))

/** Generates a start, a number of megabytes of a repeated text, and an end. */
function* generateChunks(start: string, repeated: string, megabytes: number, end = ''): Generator<Buffer> {
  yield Buffer.from(start)
  const chunk = Buffer.from(repeated.repeat(Math.ceil(MB / repeated.length)))
  for (let size = 0; size < megabytes * MB; size += chunk.length) yield chunk
  yield Buffer.from(end)
}

const compress = (content: Iterable<Buffer>, level = 1) =>
  buffer(Readable.from(content, { objectMode: false }).pipe(createGzip({ level })))

/** Converts a gzip file to an entry of a zip archive without unpacking it. */
const toZipEntry = (name: string, packed: Buffer): ZipEntry => ({
  name,
  data: '',
  packed: packed.subarray(10, -8),
  checksum: packed.readUInt32LE(packed.length - 8),
  size: packed.readUInt32LE(packed.length - 4),
})

describe('a file that would exhaust the memory is rejected with little memory', () => {
  let zeros: Buffer
  beforeAll(async () => {
    zeros = await compress(generateChunks('', '\0', 2048))
  }, 120_000)

  const cases: [what: string, content: () => Promise<Iterable<Buffer>>, cause: RegExp][] = [
    [
      'a cell of 100 MB in quotation marks',
      async () => generateChunks(`${CSV}1,"`, 'x', 100, '"\n'),
      /has a cell of over 1 MB in the row that begins on line 12/,
    ],
    [
      'a cell of 100 MB without quotation marks',
      async () => generateChunks(`${CSV}1,`, 'x', 100, '\n'),
      /has a row of over 8 MB, which begins on line 12/,
    ],
    [
      'a quotation mark that swallows 100 MB of rows',
      async () => generateChunks(`${CSV}1,"`, '2,3\n', 100),
      /has a cell of over 1 MB in the row that begins on line 12: is a closing quotation mark missing there/,
    ],
    ['2 GB of zeros in gzip', async () => [zeros], /is not text/],
    ['2 GB of zeros in zip', async () => [buildZip(toZipEntry('a.csv', zeros))], /is not text/],
    [
      '2 GB in gzip after valid rows',
      async () => [await compress(generateChunks(CSV, 'x', 2048))],
      /has a row of over 8 MB|unpacks to far more than any data set/,
    ],
    [
      '200 MB of empty lines, compressed at the highest level',
      async () => [await compress(generateChunks(CSV, '\n', 200), 9)],
      /unpacks to far more than any data set/,
    ],
    [
      'a workbook of 100 million texts',
      async () => {
        const texts = toZipEntry(
          'xl/sharedStrings.xml',
          await compress(generateChunks('<sst>', '<si/>', 500, '</sst>')),
        )
        return [buildWorkbook({ rows: '', texts })]
      },
      /is too large for a workbook \(it has over 10 million texts\): save it as CSV/,
    ],
  ]

  test.each(cases)('%s', { timeout: 120_000 }, async (_, content, cause) => {
    const path = join(DATABASE.files.newFolder(), 'damaged.csv')
    await pipeline(Readable.from(await content(), { objectMode: false }), createWriteStream(path))
    const before = await DATABASE.readState()
    const running = startIncidents(['import', path], { env: DATABASE.env })
    const peak = await measurePeakMemory(running)
    const outcome = await running.ended
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain('damaged.csv')
    expect(await DATABASE.readState()).toEqual(before)
    if (UNMEASURED === null) expect(peak / MB).toBeLessThan(1024)
    else console.log(UNMEASURED)
  })
})

/** A full disk is simulated by a limit on the size of files. */
const NO_LIMIT = process.platform === 'win32' ? 'Windows has no limit on the size of files' : null

describe('a full disk', () => {
  const ROWS = 5000
  let file: string
  beforeAll(async () => {
    file = join(DATABASE.files.newFolder(), 'made.csv')
    await writeUcdpFile(file, ROWS)
  })

  // The database has 1.2 MB and the file 3.4 MB, so each limit is reached, at different times.
  test.for([1, 2, 3])('at %i MB fails in one line and changes nothing', async (size, { skip }) => {
    if (NO_LIMIT) skip(NO_LIMIT)
    await expectDiskFull(DATABASE, file, size * MB)
  })

  test('that has space again accepts the whole file', async () => {
    const { code, stdout } = await DATABASE.run('import', file)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`rows read ${ROWS}, .* rejected 0`))
    expect(await DATABASE.run('check')).toEqual(SOUND)
  })
})

describe('a disk that fills up late in an import', () => {
  const OTHER = new ServedDatabase()
  /** More rows than writers keep in memory, so that part of them is written before the commit. */
  const ROWS = Number(process.env.FULL_DISK_ROWS ?? 80_000)
  const LIMIT_MS = 60_000 + 3 * ROWS

  test('fails in one line and changes nothing', { timeout: 2 * LIMIT_MS }, async ({ skip }) => {
    if (NO_LIMIT) skip(NO_LIMIT)
    const file = join(OTHER.files.newFolder(), 'made.csv')
    await writeUcdpFile(file, ROWS)
    await expectDiskFull(OTHER, file, 30 * MB, LIMIT_MS)
  })
})

/** Asserts that an import for which there is no space fails in one line and leaves the database unchanged. */
async function expectDiskFull(database: ServedDatabase, file: string, largestFile: number, limit = 50_000) {
  const before = await database.readState()
  const outcome = await runIncidents(['import', file], { env: database.env, largestFile, limit })
  expect(await database.readState()).toEqual(before)
  expect(await database.run('check')).toEqual(SOUND)
  expectNoStack(outcome)
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  // Lines of progress may come first.
  expect(outcome.stderr).toMatch(/^(.* rows\/s\n)*incidents: [^\n]*(full|written|grow|space)[^\n]*\n$/)
}
