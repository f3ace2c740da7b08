import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Caller } from '../../../src/records.ts'
import { type LaneName, QueryScheduler } from '../../../src/storage/scheduling/query-scheduler.ts'

/** Queries that take a number of milliseconds; each notes when it began, in which lane, and when it was interrupted. */
function createScheduler() {
  const log: string[] = []
  const scheduler = new QueryScheduler<number, string>((lane: LaneName, milliseconds) => {
    log.push(`${lane} ${milliseconds}`)
    let interrupt = () => {}
    const done = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => resolve(`took ${milliseconds}`), milliseconds)
      interrupt = () => {
        log.push(`interrupted ${milliseconds}`)
        clearTimeout(timer)
        reject(new Error('interrupted'))
      }
    })
    return { done, interrupt }
  })
  const run = (milliseconds: number, client = 'a', signal?: AbortSignal) => {
    const caller: Caller = { client, deadline: performance.now() + 50_000, ...(signal && { signal }) }
    const result = scheduler.run(milliseconds, String(milliseconds), caller)
    result.catch(() => {})
    return result
  }
  return { scheduler, run, log }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets a time pass. */
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds)

describe('queries', () => {
  test('that are short run one after the other', async () => {
    const { run, log } = createScheduler()
    const results = [run(10), run(20), run(30)]
    await pass(60)
    expect(await Promise.all(results)).toEqual(['took 10', 'took 20', 'took 30'])
    expect(log).toEqual(['short 10', 'short 20', 'short 30'])
  })

  test('that turn out to be long begin again in their own lane, and at once the next time', async () => {
    const { run, log } = createScheduler()
    const long = run(5000)
    const short = run(10, 'b')
    await pass(220)
    expect(await short).toBe('took 10')
    await pass(5000)
    expect(await long).toBe('took 5000')
    const again = run(5000)
    await pass(5000)
    expect(await again).toBe('took 5000')
    expect(log).toEqual(['short 5000', 'interrupted 5000', 'long 5000', 'short 10', 'long 5000'])
  })

  test('that are equal run once for all who wait', async () => {
    const { run, log } = createScheduler()
    const results = [run(10, 'a'), run(10, 'b'), run(10, 'c')]
    await pass(10)
    expect(await Promise.all(results)).toEqual(Array(3).fill('took 10'))
    expect(log).toEqual(['short 10'])
  })

  test('of one client take turns with those of others', async () => {
    const { run, log } = createScheduler()
    for (const milliseconds of [10, 11, 12, 13]) run(milliseconds, 'a')
    run(20, 'b')
    run(30, 'c')
    await pass(200)
    expect(log).toEqual(['short 10', 'short 11', 'short 20', 'short 30', 'short 12', 'short 13'])
  })
})

describe('a client that goes away', () => {
  test('ends a query that is running', async () => {
    const { run, log } = createScheduler()
    const controller = new AbortController()
    const result = run(100, 'a', controller.signal)
    await pass(50)
    controller.abort(new Error('gone'))
    await expect(result).rejects.toThrow('gone')
    expect(log).toEqual(['short 100', 'interrupted 100'])
  })

  test('takes a query that waits out of the queue', async () => {
    const { run, log, scheduler } = createScheduler()
    const controller = new AbortController()
    run(100)
    const waiting = run(50, 'b', controller.signal)
    expect(scheduler.queued.short).toBe(1)
    controller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect(scheduler.queued.short).toBe(0)
    await pass(500)
    expect(log).toEqual(['short 100'])
  })

  test('does not end it for others who wait', async () => {
    const { run, log } = createScheduler()
    const controller = new AbortController()
    const gone = run(100, 'a', controller.signal)
    const other = run(100, 'b')
    controller.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    await pass(100)
    expect(await other).toBe('took 100')
    expect(log).toEqual(['short 100'])
  })

  test('before it asks gets nothing begun', async () => {
    const { scheduler, log } = createScheduler()
    expect(() => scheduler.run(1, '1', { client: 'a', signal: AbortSignal.abort() })).toThrow(/aborted/)
    expect(log).toEqual([])
  })
})

describe('what takes too long fails with 503 and a time to retry', () => {
  const overloaded = (detail: RegExp) => ({
    code: 'overloaded',
    status: 503,
    message: expect.stringMatching(detail),
    options: { headers: { 'retry-after': '5' } },
  })

  test('a query that runs for over 30 seconds', async () => {
    const { run, log } = createScheduler()
    const endless = run(10_000_000)
    await pass(30_300)
    await expect(endless).rejects.toMatchObject(overloaded(/took over 30 seconds/))
    expect(log.at(-1)).toBe('interrupted 10000000')
  })

  test('one that has no result by the deadline of its caller', async () => {
    const { run } = createScheduler()
    run(29_000, 'a')
    run(28_000, 'b')
    await pass(300)
    const waiting = run(27_000, 'c')
    await pass(50_000)
    await expect(waiting).rejects.toMatchObject(overloaded(/took too long/))
  })

  test('more than 16 of one client that wait; another client is not affected', async () => {
    const { run } = createScheduler()
    const many = Array.from({ length: 20 }, (_, index) => run(10 + index, 'a'))
    const other = run(5, 'b')
    await pass(1000)
    const outcomes = await Promise.allSettled(many)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(17)
    expect(outcomes.at(-1)).toMatchObject({ reason: overloaded(/16 queries of this client are waiting/) })
    expect(await other).toBe('took 5')
  })

  test('more than 64 of all clients that wait', async () => {
    const { run } = createScheduler()
    const many = Array.from({ length: 70 }, (_, index) => run(1 + index, `client ${index}`))
    await pass(10_000)
    const outcomes = await Promise.allSettled(many)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(65)
    expect(outcomes.at(-1)).toMatchObject({ reason: overloaded(/Too many queries are waiting/) })
  })
})

test('a query that fails says why, and the next one runs', async () => {
  const scheduler = new QueryScheduler<string, string>((_, query) => ({
    done: query === 'bad' ? Promise.reject(new Error('no such table')) : Promise.resolve(query),
    interrupt() {},
  }))
  const caller = { client: 'a' }
  const [bad, good] = await Promise.allSettled([
    scheduler.run('bad', 'bad', caller),
    scheduler.run('good', 'good', caller),
  ])
  expect(bad).toMatchObject({ reason: { message: 'no such table' } })
  expect(good).toMatchObject({ value: 'good' })
})
