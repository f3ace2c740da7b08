import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { summary, table } from '../../bench/results.ts'
import { median, quantile, ratios } from '../../bench/statistics.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'bench-test-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TMPDIR: FOLDER },
    timeout: 50_000,
  })

describe('medians and ratios', () => {
  const values = fc.array(fc.double({ noNaN: true, min: 0.001, max: 1e9 }), { minLength: 1 })

  test.each([
    [[3], 3],
    [[1, 2], 1.5],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 1], 9],
    [[], Number.NaN],
  ])('the median of %j is %d', (all, middle) => expect(median(all)).toBe(middle))

  test('as many values lie above the median as below', () => {
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all)
        expect(all.filter((one) => one < middle).length).toBeLessThanOrEqual(all.length / 2)
        expect(all.filter((one) => one > middle).length).toBeLessThanOrEqual(all.length / 2)
      }),
    )
  })

  test('a quantile is one of the values, and at most the given part is smaller', () => {
    fc.assert(
      fc.property(values, fc.double({ noNaN: true, min: 0, max: 1 }), (all, part) => {
        const found = quantile(all, part)
        expect(all).toContain(found)
        expect(all.filter((one) => one < found).length).toBeLessThanOrEqual(all.length * part)
      }),
    )
  })

  test('each round has its own ratio, and a round without a side is refused', () => {
    expect(ratios([2, 9], [4, 3])).toEqual([0.5, 3])
    expect(() => ratios([1], [])).toThrow('1 rounds against 0')
  })
})

describe('what holds', () => {
  const row = { name: 'one', what: 'a against b', measure: () => Promise.reject() }
  const measured = (all: number[], isWithin = true) => ({ ratios: all, figures: '', isWithin })

  test.each([
    ['at its least', { atLeast: 2 }, measured([1, 2, 9]), 2, true],
    ['below it', { atLeast: 2 }, measured([1, 1.9, 9]), 1.9, false],
    ['at its most', { atMost: 2 }, measured([1, 2, 9]), 2, true],
    ['above it', { atMost: 2 }, measured([1, 2.1, 9]), 2.1, false],
    ['against a second condition', { atLeast: 2 }, measured([3], false), 3, false],
    ['not measured', { atLeast: 2 }, null, null, false],
    ['not measured', { atMost: 2 }, null, null, false],
    ['without a number', { atMost: 2 }, measured([Number.NaN]), null, false],
  ])('%s', (_case, target, measurement, ratio, holds) => {
    const result = { row: { ...row, target }, measurement, reason: 'no reason' }
    expect(summary(result)).toEqual({ name: 'one', ratio, target: 2, holds })
    expect(table([result])).toContain(ratio === null ? '**not measured**' : holds ? '| yes |' : '| **no** |')
  })
})

describe('npm run bench', () => {
  test('writes the ratio of each row that was asked for, and leaves nothing else behind', () => {
    const out = join(FOLDER, 'out.json')
    const args = '--quick --only cached,datasette --rows 2000 --rounds 1 --port 39871'.split(' ')
    const { status, stdout, stderr } = bench(...args, '--out', out)
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
      { name: 'cached', ratio: expect.any(Number), target: 1, holds: expect.any(Boolean) },
      expect.objectContaining({ name: 'datasette', target: 10 }),
    ])
    expect(stdout).toContain('| cached |')
    expect(stderr).toContain('round 1 of 1')
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('conflict-incidents'))).toEqual([])
  })

  test.each([
    ['a row that there is not', ['--only', 'pages'], 'There is no row pages; there are page, '],
    [
      'a database that there is not',
      ['--only', 'page', '--database', '/nowhere.db'],
      'There is no database /nowhere.db',
    ],
    ['no number of rows', ['--rows', '0'], "argument '0' is invalid"],
    ['an option that there is not', ['--fast'], "unknown option '--fast'"],
  ])('refuses %s', (_case, args, message) => {
    const { status, stderr } = bench('--quick', '--port', '39873', ...args)
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  })

  test('refuses a port that is taken', async () => {
    const server = createServer().listen(39875, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    try {
      const { status, stderr } = bench('--quick', '--port', '39874')
      expect(stderr).toContain('Port 39875 is taken: give another one with --port')
      expect(status).toBe(1)
    } finally {
      server.close()
    }
  })
})
