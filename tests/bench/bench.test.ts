import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Row } from '../../bench/bench.ts'
import { compareBuilds, renderBuildTable } from '../../bench/builds.ts'
import type { Data } from '../../bench/data.ts'
import { NOTES } from '../../bench/notes.ts'
import { NotMeasured } from '../../bench/processes.ts'
import { renderTable, type Summary, summarize } from '../../bench/results.ts'
import { ROWS } from '../../bench/rows/all.ts'
import { computeRatios, median, quantile } from '../../bench/statistics.ts'
import { Turns } from '../../bench/turns.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = mkdtempSync(join(tmpdir(), 'bench-test-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

const runBench = (...args: string[]) =>
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

  test('at most half of the values lie above the median, and at most half below', () => {
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all)
        expect(all.filter((one) => one < middle).length).toBeLessThanOrEqual(all.length / 2)
        expect(all.filter((one) => one > middle).length).toBeLessThanOrEqual(all.length / 2)
      }),
    )
  })

  test('a quantile is one of the values, and at most the given fraction is smaller', () => {
    fc.assert(
      fc.property(values, fc.double({ noNaN: true, min: 0, max: 1 }), (all, part) => {
        const found = quantile(all, part)
        expect(all).toContain(found)
        expect(all.filter((one) => one < found).length).toBeLessThanOrEqual(all.length * part)
      }),
    )
  })

  test('each round has one ratio, and a round that lacks a side is rejected', () => {
    expect(computeRatios([2, 9], [4, 3])).toEqual([0.5, 3])
    expect(() => computeRatios([1], [])).toThrow('1 rounds against 0')
  })
})

describe('whether a row holds', () => {
  const row = {
    name: 'one',
    comparison: 'a against b',
    unit: 'requests/s' as const,
    measure: () => Promise.reject(),
  }
  const createMeasurement = (all: number[], isWithin = true) => ({ ratios: all, figures: '', isWithin })

  test.each([
    ['at its minimum', { atLeast: 2 }, createMeasurement([1, 2, 9]), 2, true],
    ['below it', { atLeast: 2 }, createMeasurement([1, 1.9, 9]), 1.9, false],
    ['at its maximum', { atMost: 2 }, createMeasurement([1, 2, 9]), 2, true],
    ['above it', { atMost: 2 }, createMeasurement([1, 2.1, 9]), 2.1, false],
    ['failing a second condition', { atLeast: 2 }, createMeasurement([3], false), 3, false],
    ['not measured', { atLeast: 2 }, null, null, false],
    ['not measured', { atMost: 2 }, null, null, false],
    ['without a number', { atMost: 2 }, createMeasurement([Number.NaN]), null, false],
  ])('%s', (_case, target, measurement, ratio, holds) => {
    const result = { row: { ...row, target }, measurement, reason: 'no reason' }
    expect(summarize(result)).toEqual({ name: 'one', ratio, target: 2, holds })
    expect(renderTable([result])).toContain(
      ratio === null ? '**not measured**' : holds ? '| yes |' : '| **no** |',
    )
  })
})

describe('two builds', () => {
  test('take turns, and their first rounds are not counted', async () => {
    const turns = new Turns()
    const order: string[] = []
    const measure = (side: 0 | 1) =>
      turns.measure(side, async () => order.push(side === 0 ? 'ours' : 'theirs'), 2)
    // The side that is ready first waits for the other.
    await Promise.all([measure(1), measure(0)])
    expect(order).toEqual(['ours', 'theirs', 'ours', 'theirs', 'ours', 'theirs'])
    expect(turns.figures).toEqual([
      [3, 5],
      [4, 6],
    ])
  })

  test('both end when one fails', async () => {
    const turns = new Turns()
    const waiting = turns.measure(1, async () => 1, 2)
    turns.fail(new Error('no server'))
    await expect(waiting).rejects.toThrow('no server')
    await expect(turns.measure(0, async () => 1, 2)).rejects.toThrow('no server')
  })

  const compare = async (unit: Row['unit'], measure: (port: number) => Promise<number>) => {
    const row: Row = {
      name: 'one',
      comparison: '',
      target: { atLeast: 1 },
      unit,
      async measure(bench) {
        const { ratios } = await bench.alternate(
          () => measure(bench.options.port),
          () => Promise.reject(new Error('Their side is not measured')),
        )
        return { ratios, figures: '' }
      },
    }
    const build = (port: number) => {
      const options = { folder: '.', rows: 1, rounds: 3, seconds: 1, port }
      return { options, data: null as unknown as Data }
    }
    return compareBuilds(row, [build(10), build(20)], () => {})
  }

  test.each([
    ['requests/s', 0.5, true],
    ['ms', 2, false],
  ] as const)('are compared by speed if the unit is %s', async (unit, ratio, isSlower) => {
    const comparison = await compare(unit, async (port) => port)
    const figures = `10 against 20 ${unit}`
    expect(comparison).toEqual({ name: 'one', ratios: [ratio, ratio, ratio], isSlower, figures })
    expect(renderBuildTable([comparison])).toContain(`| one | ${ratio} | ${ratio}–${ratio} (3) |`)
  })

  test('are not compared if one cannot be measured, and other errors are rethrown', async () => {
    const fail = (error: Error) =>
      compare('ms', async (port) => {
        if (port === 20) throw error
        return port
      })
    const comparison = await fail(new NotMeasured('no shell'))
    expect(comparison).toMatchObject({ ratios: [], isSlower: false, figures: 'not measured: no shell' })
    await expect(fail(new Error('no server'))).rejects.toThrow('no server')
  })
})

describe('RESULTS.md', () => {
  const page = readFileSync(join(ROOT, 'bench/RESULTS.md'), 'utf8')
  const summaries: Summary[] = JSON.parse(readFileSync(join(ROOT, 'bench/results.json'), 'utf8'))

  test.each(ROWS.map((row) => [row.name, row] as const))('describes %s as its row does', (name, row) => {
    expect(page).toContain(`| ${name} | ${row.comparison.replaceAll('|', '\\|')} |`)
    const { holds } = summaries.find((summary) => summary.name === name) as Summary
    if (!holds) expect(page).toContain(NOTES[name] ?? 'No note yet.')
  })
})

describe('npm run bench', () => {
  test('writes the ratio of each selected row, and no other files', () => {
    const out = join(FOLDER, 'out.json')
    const args = '--quick --only cached,datasette --rows 2000 --rounds 1 --port 39871'.split(' ')
    const { status, stdout, stderr } = runBench(...args, '--out', out)
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual([
      { name: 'cached', ratio: expect.any(Number), target: 1, holds: expect.any(Boolean) },
      expect.objectContaining({ name: 'datasette', target: 20 }),
    ])
    expect(stdout).toContain('| cached |')
    expect(stderr).toContain('round 1 of 1')
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('conflict-incidents'))).toEqual([])
  })

  test.each([
    ['an unknown row', ['--only', 'pages'], 'There is no row pages; there are page, '],
    [
      'a missing database',
      ['--only', 'page', '--database', '/nowhere.db'],
      'There is no database /nowhere.db',
    ],
    ['zero rows', ['--rows', '0'], "argument '0' is invalid"],
    ['no time', ['--seconds', '0.0'], "argument '0.0' is invalid"],
    ['another checkout without a build', ['--against', '/nowhere'], 'There is no build in /nowhere'],
    ['an unknown option', ['--fast'], "unknown option '--fast'"],
  ])('rejects %s', (_case, args, message) => {
    const { status, stderr } = runBench('--quick', '--port', '39873', ...args)
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  })

  test('rejects a port that is in use', async () => {
    const server = createServer().listen(39875, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    try {
      const { status, stderr } = runBench('--quick', '--port', '39874')
      expect(stderr).toContain('Port 39875 is taken: give another one with --port')
      expect(status).toBe(1)
    } finally {
      server.close()
    }
  })
})
