import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openRows } from '../../src/importers/reading/open-rows.ts'
import { buildZip, createFile, readRejection } from '../importers/reading/support.ts'

const MB = 2 ** 20

/** Creates a stream of a start and an endlessly repeated text, and counts the bytes taken from it. */
function createEndlessStream(
  start: string,
  repeated: string,
): { input: { stream: Readable; name: string }; taken: () => number } {
  const chunk = Buffer.from(repeated.repeat(Math.ceil(65_536 / repeated.length)))
  let taken = 0
  function* chunks() {
    yield Buffer.from(start)
    while (taken < 100 * MB) {
      taken += chunk.length
      yield chunk
    }
  }
  return {
    input: { stream: Readable.from(chunks(), { objectMode: false }), name: 'endless' },
    taken: () => taken,
  }
}

describe('input that would exhaust the memory', () => {
  it.each([
    [
      'in quotation marks',
      'a,b\n1,2\n3,"',
      'x',
      /^endless has a cell of over 1 MB in the row that begins on line 3: is a closing/,
      3,
    ],
    ['of quotation marks', 'a,b\n1,2\n3,"', '""', /cell of over 1 MB in the row that begins on line 3/, 3],
    [
      'that swallows the rest',
      'a,b\n1,2\n3,"4\n',
      '5,6\n',
      /cell of over 1 MB in the row that begins on line 3/,
      3,
    ],
    [
      'without quotation marks',
      'a,b\n1,2\n3,',
      'x',
      /^endless has a row of over 8 MB, which begins on line 3: is it a table/,
      17,
    ],
    ['of many cells', 'a,b\n1,2\n3,', 'x,', /row of over 8 MB, which begins on line 3/, 17],
    ['of many quoted cells', 'a,b\n1,2\n3,', '"x",', /row of over 8 MB, which begins on line 3/, 17],
    ['in the header', 'a,"', 'b', /cell of over 1 MB in the row that begins on line 1/, 3],
    ['of NDJSON', '{"a":1}\n{"a":"', 'x', /row of over 8 MB, which begins on line 2/, 17],
  ])('a cell of 100 MB %s is rejected before it is read', async (_, start, repeated, message, megabytes) => {
    const { input, taken } = createEndlessStream(start, repeated)
    const began = performance.now()
    expect(await readRejection(input)).toMatch(message)
    expect(taken()).toBeLessThan(megabytes * MB)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('a file of 100 MB is read with little memory', async () => {
    const { input } = createEndlessStream('id,text\n', `1,"some text, ${'x'.repeat(200)}"\n`)
    const { rows } = await openRows(input)
    let count = 0
    let peak = 0
    const before = process.memoryUsage().rss
    for await (const batch of rows) {
      expect(batch.length).toBeLessThanOrEqual(500)
      if (count % 100 === 0) peak = Math.max(peak, process.memoryUsage().rss - before)
      count += batch.length
    }
    expect(count).toBeGreaterThan(400_000)
    expect(peak).toBeLessThan(150 * MB)
  })
})

describe('decompression bombs', () => {
  /** 120 MB of rows that zlib compresses to less than a thousandth. */
  const rows = Buffer.alloc(120_000_000, `1,${'x'.repeat(1_000_000)}\n`)
  const packed = gzipSync(rows)
  const bomb =
    /unpacks to far more than any data set \(1\d\d MB from \d+ kB\): unpack and look at it before giving it$/

  it.each([
    ['gzip', packed],
    ['gzip in gzip', gzipSync(packed)],
    ['zip', buildZip({ name: 'a.csv', data: rows })],
    ['zip in gzip', gzipSync(buildZip({ name: 'a.csv', data: rows }))],
  ])('in %s are rejected', async (_, bytes) => {
    expect(bytes.length).toBeLessThan(130_000)
    expect(await readRejection(createFile(bytes))).toMatch(bomb)
  })

  it('of zeros are rejected as not text', async () => {
    expect(await readRejection(createFile(gzipSync(Buffer.alloc(10 * MB))))).toMatch(/is not text/)
  })
})
