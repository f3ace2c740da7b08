import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createTemporaryFolder } from '../../support/service.ts'
import { createFile, createStream, readRejection } from './support.ts'

const hex = (text: string) => Buffer.from(text.padEnd(128, '0'), 'hex')

describe('files that are rejected', () => {
  it('reports a missing file', async () => {
    expect(await readRejection({ path: '/no/such/file.csv' })).toBe('There is no file /no/such/file.csv')
  })

  it('reports a folder', async () => {
    const path = createTemporaryFolder()
    expect(await readRejection({ path })).toBe(`${path} is a folder: give the path of a file`)
  })

  it('reports why a stream cannot be read', async () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error('the pipe broke'))
      },
    })
    expect(await readRejection({ stream, name: '-' })).toBe('Standard input cannot be read: the pipe broke')
  })

  const cases: [what: string, bytes: Buffer | string, message: RegExp][] = [
    ['an empty file', '', /is empty: give a CSV, NDJSON or XLSX file$/],
    ['only a byte-order mark', '\ufeff', /holds nothing but empty lines/],
    ['only empty lines', '\n\r\n\n', /holds nothing but empty lines/],
    [
      'an old workbook',
      hex('d0cf11e0a1b11ae1'),
      /old \(\.xls\) or password-protected workbook: save it as \.xlsx/,
    ],
    ['a PDF document', '%PDF-1.7\n%âãÏÓ\n', /is a PDF document/],
    ['an image', hex('89504e470d0a1a0a'), /is a PNG image/],
    ['a SQLite database', hex('53514c69746520666f726d6174203300'), /is a SQLite database/],
    ['xz', hex('fd377a585a00'), /is compressed by xz: unpack it first$/],
    [
      'a tar archive',
      Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar\x0000'), Buffer.alloc(200)]),
      /tar archive/,
    ],
    [
      'other bytes',
      Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7) % 256)),
      /is not text, nor compressed/,
    ],
    [
      'a web page',
      '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>',
      /is a web page: perhaps the download/,
    ],
    ['XML', '<?xml version="1.0"?><events></events>', /is XML/],
    ['a JSON array', '[{"id":1},{"id":2}]', /is a JSON array: give NDJSON/],
    ['JSON over several lines', '{\n  "id": 1\n}\n', /is JSON over several lines: give NDJSON/],
  ]
  it.each(cases)('%s', async (_, bytes, message) => {
    expect(await readRejection(createFile(bytes))).toMatch(message)
    expect(await readRejection(createStream(...(bytes.length > 0 ? [bytes] : [])))).toMatch(message)
  })
})
