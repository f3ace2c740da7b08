import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_URL_LENGTH } from '../../../src/http/server/url.ts'
import { type Service, startService } from '../../support/service.ts'

/** The bounds of a response to any error. */
const MAX_BYTES = 64_000
const MAX_CPU_MS = 10
/** How often a request that takes longer is sent again: the first times its code is compiled, and machines pause. */
const MAX_TRIES = 8

let service: Service

/** Texts as long as a URL permits, each of which is wrong for most parameters. */
const TEXTS: Record<string, (length: number) => string> = {
  'a list of short values': (length) => 'x,'.repeat(length / 2),
  'a list of empty values': (length) => ','.repeat(length),
  'a list of different values': (length) =>
    Array.from({ length: length / 6 }, (_, index) => `v${index}`).join(','),
  'a list of near values': (length) => 'fatalitis.best,'.repeat(length / 15),
  'a list of numbers': (length) => '1,'.repeat(length / 2),
  'a list of 100 names': (length) =>
    Array.from({ length: 100 }, (_, index) => `${'n'.repeat(length / 110)}${index}`).join(','),
  'one long value': (length) => 'x'.repeat(length),
  'one long value of another script': (length) => encodeURIComponent('ب').repeat(length / 6),
  'quotation marks': (length) => '%22'.repeat(length / 3),
  'quoted values': (length) => '%22a%22,'.repeat(length / 8),
  'a quotation mark and spaces': (length) => `%22a%22${'%20'.repeat(length / 3 - 10)}x`,
  'control characters': (length) => '%01,'.repeat(length / 4),
  'characters that JSON escapes': (length) => '%5C,'.repeat(length / 4),
}

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' }[]
}

/** The requests for each parameter of each operation, and for parameters that none has. */
function listRequests(paths: Record<string, { get: Operation }>): [path: string, urls: string[]][] {
  return Object.entries(paths).map(([path, { get }]) => {
    const base = path.replaceAll(/\{\w+\}/g, 'seed:x')
    const room = MAX_URL_LENGTH - path.length - 40
    const texts = Object.values(TEXTS)
    const parameters = (get.parameters ?? []).flatMap(({ name, in: place }) => [
      ...texts.map((make) =>
        place === 'path' ? path.replace(`{${name}}`, make(room)) : `${base}?${name}=${make(room)}`,
      ),
      `${base}?${`${name}=x&`.repeat(room / (name.length + 3))}`,
    ])
    const unknown = [
      ...texts.map((make) => `${base}?${make(room).replaceAll(',', '&')}`),
      `${base}?${nameMany(room)}`,
      `${base}/${'x/'.repeat(room / 2)}`,
    ]
    return [path, [...parameters, ...unknown]]
  })
}

/** As many different names of parameters as there is room for. */
function nameMany(room: number): string {
  return Array.from({ length: room / 8 }, (_, index) => `cit${index.toString(26)}=1`).join('&')
}

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.close())

describe('the response to an error is small and quick, whatever was sent', () => {
  test('to any parameter of any endpoint', { timeout: 300_000 }, async () => {
    const { paths } = (await service.app.inject('/openapi.json')).json()
    let errors = 0
    for (const [path, urls] of listRequests(paths)) {
      for (const url of urls) {
        const shown = `${path}: ${url.slice(0, 100)}`
        let cpu = Infinity
        for (let tries = 0; tries < MAX_TRIES && cpu >= MAX_CPU_MS; tries += 1) {
          const before = process.cpuUsage()
          const { statusCode, body, headers } = await service.app.inject(url)
          const { user, system } = process.cpuUsage(before)
          expect(statusCode, shown).toBeLessThan(500)
          // It means something after all.
          if (statusCode < 400) break
          cpu = Math.min(cpu, (user + system) / 1000)
          errors += 1
          expect(Buffer.byteLength(body), shown).toBeLessThan(MAX_BYTES)
          expect(Buffer.byteLength(JSON.stringify(headers)), shown).toBeLessThan(8000)
          const { detail, errors: listed = [] } = JSON.parse(body)
          expect([...detail].length, shown).toBeLessThanOrEqual(4000)
          expect(listed.length, shown).toBeLessThanOrEqual(10)
        }
        if (cpu < Infinity) expect(cpu, `milliseconds for ${shown}`).toBeLessThan(MAX_CPU_MS)
      }
    }
    expect(errors).toBeGreaterThan(1000)
  })
})
