import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeUcdpFile } from '../../bench/ucdp-file.ts'
import { workbookOf, type ZipEntry, zipOf } from '../importers/reading/support.ts'
import { expectNoStack, rowsTitled, ServedDatabase } from '../support/damage.ts'
import { expectOneLine } from '../support/database.ts'
import { peakMemory, UNMEASURED } from '../support/memory.ts'
import { incidents, startIncidents } from '../support/process.ts'
import { ucdpCsv } from '../support/ucdp.ts'

const MB = 2 ** 20
const SOUND = { code: 0, stdout: 'Everything is sound\n', stderr: '' }
const DATABASE = new ServedDatabase()
const CSV = ucdpCsv(rowsTitled('Before what is too much'))

/** A text, then so many megabytes of another again and again, then an end. */
function* chunks(start: string, again: string, megabytes: number, end = ''): Generator<Buffer> {
  yield Buffer.from(start)
  const chunk = Buffer.from(again.repeat(Math.ceil(MB / again.length)))
  for (let size = 0; size < megabytes * MB; size += chunk.length) yield chunk
  yield Buffer.from(end)
}

const gzip = (content: Iterable<Buffer>, level = 1) =>
  buffer(Readable.from(content, { objectMode: false }).pipe(createGzip({ level })))

/** What is in a gzip file, as an entry of an archive: nothing has to be unpacked for that. */
const entryOf = (name: string, packed: Buffer): ZipEntry => ({
  name,
  data: '',
  packed: packed.subarray(10, -8),
  checksum: packed.readUInt32LE(packed.length - 8),
  size: packed.readUInt32LE(packed.length - 4),
})

describe('what would fill the memory is refused in little of it', () => {
  let zeros: Buffer
  beforeAll(async () => {
    zeros = await gzip(chunks('', '\0', 2048))
  }, 120_000)

  const cases: [what: string, content: () => Promise<Iterable<Buffer>>, cause: RegExp][] = [
    [
      'a cell of 100 MB in quotation marks',
      async () => chunks(`${CSV}1,"`, 'x', 100, '"\n'),
      /has a cell of over 1 MB in the row that begins on line 12/,
    ],
    [
      'a cell of 100 MB without them',
      async () => chunks(`${CSV}1,`, 'x', 100, '\n'),
      /has a row of over 8 MB, which begins on line 12/,
    ],
    [
      'a quotation mark that swallows 100 MB of rows',
      async () => chunks(`${CSV}1,"`, '2,3\n', 100),
      /has a cell of over 1 MB in the row that begins on line 12: is a closing quotation mark missing there/,
    ],
    ['2 GB of zeros in gzip', async () => [zeros], /is not text/],
    ['2 GB of zeros in zip', async () => [zipOf(entryOf('a.csv', zeros))], /is not text/],
    [
      '2 GB in gzip behind good rows',
      async () => [await gzip(chunks(CSV, 'x', 2048))],
      /has a row of over 8 MB|unpacks to far more than any data set/,
    ],
    [
      '200 MB of empty lines, packed as small as can be',
      async () => [await gzip(chunks(CSV, '\n', 200), 9)],
      /unpacks to far more than any data set/,
    ],
    [
      'a workbook of 100 million texts',
      async () => {
        const texts = entryOf('xl/sharedStrings.xml', await gzip(chunks('<sst>', '<si/>', 500, '</sst>')))
        return [workbookOf({ rows: '', texts })]
      },
      /is too large for a workbook \(it has over 10 million texts\): save it as CSV/,
    ],
  ]

  test.each(cases)('%s', { timeout: 120_000 }, async (_, content, cause) => {
    const path = join(DATABASE.files.newFolder(), 'damaged.csv')
    await pipeline(Readable.from(await content(), { objectMode: false }), createWriteStream(path))
    const before = await DATABASE.served()
    const running = startIncidents(['import', path], { env: DATABASE.env })
    const peak = await peakMemory(running)
    const outcome = await running.ended
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain('damaged.csv')
    expect(await DATABASE.served()).toEqual(before)
    if (UNMEASURED === null) expect(peak / MB).toBeLessThan(1024)
    else console.log(UNMEASURED)
  })
})

/** A disk that is full at some point is played by a limit to the size of files. */
const NO_LIMIT = process.platform === 'win32' ? 'Windows has no limit to the size of files' : null

describe('a disk that is full', () => {
  const ROWS = 5000
  let file: string
  beforeAll(async () => {
    file = join(DATABASE.files.newFolder(), 'made.csv')
    await writeUcdpFile(file, ROWS)
  })

  // What is there already has 1.2 MB, the file 3.4 MB: each limit is met, one sooner than the other.
  test.for([1, 2, 3])('at %i MB fails in one line, and the database is as it was', async (size, { skip }) => {
    if (NO_LIMIT) skip(NO_LIMIT)
    await expectFull(DATABASE, file, size * MB)
  })

  test('that has room again takes the whole file', async () => {
    const { code, stdout } = await DATABASE.run('import', file)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`rows read ${ROWS}, .* rejected 0`))
    expect(await DATABASE.run('check')).toEqual(SOUND)
  })
})

describe('a disk that is full when much of an import is written already', () => {
  const OTHER = new ServedDatabase()
  /** More than fits in the memory of those who write; the moment at which it is written is theirs to choose. */
  const ROWS = Number(process.env.FULL_DISK_ROWS ?? 80_000)
  const LONGEST = 60_000 + 3 * ROWS

  test('fails in one line, and the database is as it was', { timeout: 2 * LONGEST }, async ({ skip }) => {
    if (NO_LIMIT) skip(NO_LIMIT)
    const file = join(OTHER.files.newFolder(), 'made.csv')
    await writeUcdpFile(file, ROWS)
    await expectFull(OTHER, file, 30 * MB, LONGEST)
  })
})

/** Asserts that an import for which there is no room fails in one line and leaves the database as it was. */
async function expectFull(database: ServedDatabase, file: string, largestFile: number, limit = 50_000) {
  const before = await database.served()
  const outcome = await incidents(['import', file], { env: database.env, largestFile, limit })
  expect(await database.served()).toEqual(before)
  expect(await database.run('check')).toEqual(SOUND)
  expectNoStack(outcome)
  expect(outcome).toMatchObject({ code: 1, stdout: '' })
  // How far it is is told before.
  expect(outcome.stderr).toMatch(/^(.* rows\/s\n)*incidents: [^\n]*(full|written|grow|space)[^\n]*\n$/)
}
