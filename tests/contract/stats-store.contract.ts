import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { type Position, parse } from '../../src/records.ts'
import { INTERVALS } from '../../src/stats/intervals.ts'
import { requirePrecision, restrictPrecision } from '../../src/stats/precision.ts'
import {
  CELL_SIZES,
  DIMENSIONS,
  type Dimension,
  METRICS,
  type StatsRow,
} from '../../src/stats/stats.schema.ts'
import { type Combine, type Part, STATS_SORTS, type StatsQuery } from '../../src/stats/stats.store.ts'
import type { RecordInput, Storage } from '../../src/storage/contract/storage.ts'
import { sparseFilter } from '../support/filters.ts'
import { buildBatch, sampleIncidents } from '../support/records.ts'
import { matches } from '../support/reference.ts'
import { StatsReference } from '../support/stats-reference.ts'

const SIZE = 300

/** Builds trees of groups and parts in two data sets; some parts are in several groups. */
function buildForest(): RecordInput<Incident>[] {
  const records = sampleIncidents(SIZE).map((record, index) =>
    index % 3 === 0 ? { ...record, id: `geonames:made-${index}`, dataset: 'geonames' } : record,
  )
  return records.map((record, index) => {
    // Groups are parts of earlier groups only, so that none is part of itself.
    const before = records.slice(Math.max(index - 12, 0), index).filter(({ kind }) => kind === 'group')
    const part_of =
      index % 4 === 3 ? [] : before.filter((_, at) => (index + at) % 3 === 0).map(({ id }) => id)
    const incident_count =
      record.kind === 'group' ? { low: 2 + (index % 5), high: index % 2 ? 9 : null } : record.incident_count
    return { ...record, part_of: part_of.slice(0, 2), incident_count }
  })
}

const query: fc.Arbitrary<StatsQuery> = fc
  .record({
    filter: sparseFilter,
    groupBy: fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { maxLength: 3 }),
    interval: fc.constantFrom(...INTERVALS),
    cellSize: fc.constantFrom(...CELL_SIZES),
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1 }),
    byGroup: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
    sort: fc.constantFrom(...STATS_SORTS),
    fill: fc.constant(false),
    combine: fc.constant(null),
    limit: fc.constant(1000),
    after: fc.constant(null),
    isExact: fc.boolean(),
  })
  .map(({ isExact, ...rest }) => {
    const required = requirePrecision(rest.groupBy, rest.interval)
    const filter = isExact ? restrictPrecision(rest.filter, required) : rest.filter
    return { ...rest, filter, wholeFilter: rest.filter, required }
  })

/** The records that a query counts: grouped by date none that begins before the period. */
const isCounted = ({ groupBy, filter }: StatsQuery, { date_start }: Incident) =>
  !groupBy.includes('date') || filter.date_from === undefined || date_start >= filter.date_from

const isPrecise = ({ required }: StatsQuery, record: Incident) => matches(record, required)

function expectMean(position: StatsRow['position'], records: readonly Incident[]): void {
  if (records.length === 0) {
    expect(position).toBeNull()
    return
  }
  const mean = (read: (record: Incident) => number | null) =>
    records.reduce((sum, record) => sum + (read(record) ?? 0), 0) / records.length
  expect(position?.latitude).toBeCloseTo(
    mean(({ latitude }) => latitude),
    6,
  )
  expect(position?.longitude).toBeCloseTo(
    mean(({ longitude }) => longitude),
    6,
  )
}

/** Describes how every storage engine must compute sums. */
export function describeStatsStoreContract(open: () => Promise<Storage>): void {
  describe('stats store', () => {
    let storage: Storage
    let reference: StatsReference

    beforeAll(async () => {
      storage = await open()
      await storage.load(buildBatch(buildForest()))
      const { records } = await storage.incidents.list(
        { filter: {}, sort: 'date', expandClaims: false },
        { limit: 1000, after: null },
      )
      reference = new StatsReference(records.map(parse))
    })
    afterAll(() => storage.close())

    const selectMatching = (given: StatsQuery) =>
      reference.all.filter((record) => matches(record, given.filter) && isCounted(given, record))

    /** Sums records of each data set as notes do. */
    const sumParts = (records: readonly Incident[], given: StatsQuery): Part[] =>
      [...new Set(records.map(({ dataset }) => dataset))].sort().map((dataset) => {
        const own = records.filter((record) => record.dataset === dataset)
        const { fatalities } = reference.sumRecords(own, {
          ...given,
          byGroup: false,
          metrics: ['fatalities'],
        })
        const { low = 0, best = 0, high_known = 0 } = fatalities ?? {}
        return {
          dataset,
          records: own.length,
          fatalities: { low, best, high_known },
        }
      })

    test('records that are imprecise or partly outside the period are summed apart', async () => {
      await fc.assert(
        fc.asyncProperty(query, async (given) => {
          const { imprecise, outside } = await storage.stats.stats(given)
          const all = reference.all.filter((record) => matches(record, given.wholeFilter))
          const isWanted = Object.keys(given.required).length > 0
          expect(imprecise).toEqual(
            sumParts(
              all.filter((record) => isWanted && isCounted(given, record) && !isPrecise(given, record)),
              given,
            ),
          )
          const { date_from = '', date_to = '9999' } = given.wholeFilter
          const isByDate = given.groupBy.includes('date')
          expect(outside).toEqual(
            sumParts(
              all.filter(
                ({ date_start, date_end }) => date_start < date_from || (!isByDate && date_end > date_to),
              ),
              given,
            ),
          )
        }),
        { numRuns: 200 },
      )
    }, 60_000)

    test('what is exact and what is noted as less precise add up to all', async () => {
      await fc.assert(
        fc.asyncProperty(query, async (given) => {
          const any = { ...given, filter: given.wholeFilter, metrics: [...METRICS] }
          const exact = { ...any, filter: restrictPrecision(given.wholeFilter, given.required) }
          const [whole, part] = await Promise.all([storage.stats.stats(any), storage.stats.stats(exact)])
          expect(part.imprecise).toEqual(whole.imprecise)
          for (const { dataset, records, fatalities } of whole.byDataset) {
            const counted = part.byDataset.find((sums) => sums.dataset === dataset)
            const rest = whole.imprecise.find((sums) => sums.dataset === dataset)
            expect((counted?.records ?? 0) + (rest?.records ?? 0)).toBe(records)
            for (const bound of ['low', 'best', 'high_known'] as const)
              expect((counted?.fatalities?.[bound] ?? 0) + (rest?.fatalities[bound] ?? 0)).toBe(
                fatalities?.[bound] ?? 0,
              )
          }
        }),
        { numRuns: 100 },
      )
    }, 60_000)

    test('grouped by date the sums of two periods are those of both; else the notes tell the difference', async () => {
      const day = (number: number) => new Date(Date.UTC(2016, 11, 18 + number)).toISOString().slice(0, 10)
      await fc.assert(
        fc.asyncProperty(query, fc.integer({ min: 1, max: 24 }), async (given, split) => {
          const sum = async (from: number, to: number) => {
            const filter = { ...given.wholeFilter, date_from: day(from), date_to: day(to) }
            const asked = { ...given, filter, wholeFilter: filter, metrics: [...METRICS] }
            const { byDataset, outside } = await storage.stats.stats(asked)
            const killed = byDataset.map(({ fatalities }) => fatalities?.best ?? 0)
            const records = byDataset.reduce((all, part) => all + part.records, 0)
            return { records, killed: killed.reduce((all, best) => all + best, 0), outside }
          }
          const [before, after, both] = await Promise.all([sum(0, split), sum(split + 1, 25), sum(0, 25)])
          if (given.groupBy.includes('date')) {
            expect(before.records + after.records).toBe(both.records)
            expect(before.killed + after.killed).toBe(both.killed)
          } else {
            // Counted twice is at most what begins in the first period and reaches into the second.
            const noted = after.outside.reduce((all, part) => all + part.records, 0)
            expect(before.records + after.records - both.records).toBeLessThanOrEqual(noted)
            if (noted === 0) expect(before.killed + after.killed).toBe(both.killed)
          }
        }),
        { numRuns: 100 },
      )
    }, 60_000)

    test('sums equal the reference for any filter and grouping', async () => {
      await fc.assert(
        fc.asyncProperty(query, async (statsQuery) => {
          const records = selectMatching(statsQuery)
          const datasets = [...new Set(records.map(({ dataset }) => dataset))].sort()
          const { rows, total, byDataset, repeated } = await storage.stats.stats(statsQuery)
          const select = (dataset: string) => records.filter((record) => record.dataset === dataset)
          expect(byDataset).toEqual(
            datasets.map((dataset) => ({ dataset, ...reference.sumRecords(select(dataset), statsQuery) })),
          )
          expect(total).toEqual(datasets.length > 1 ? null : reference.sumRecords(records, statsQuery))
          const isSplit = datasets.length > 1 && !statsQuery.groupBy.includes('dataset')
          const groupBy: Dimension[] = isSplit ? ['dataset', ...statsQuery.groupBy] : [...statsQuery.groupBy]
          const expected = reference.groupRecords(records, statsQuery, groupBy)
          if (statsQuery.groupBy.length === 0 && records.length === 0) expected.set('[]', [])
          const found = new Map(rows.map((row) => [buildKey(parse(row), groupBy), parse(row)]))
          expect(found.size).toBe(rows.length)
          expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
          for (const [key, group] of expected) {
            const { by, position, ...sums } = found.get(key) as StatsRow
            expect(sums).toEqual(reference.sumRecords(group, statsQuery))
            if (statsQuery.groupBy.includes('cell')) expectMean(position, by.cell ? group : [])
          }
          if (statsQuery.groupBy.includes('actor'))
            expect(repeated).toBe([...expected.values()].reduce((sum, { length }) => sum + length, 0))
        }),
        { numRuns: 600 },
      )
    }, 120_000)

    test('grouping does not change the totals', async () => {
      await fc.assert(
        fc.asyncProperty(
          query,
          fc.uniqueArray(fc.constantFrom(...DIMENSIONS), { maxLength: 3 }),
          async (statsQuery, groupBy) => {
            // Grouped by date, what began before the period does not count.
            fc.pre(statsQuery.filter.date_from === undefined)
            const [one, other] = await Promise.all([
              storage.stats.stats(statsQuery),
              storage.stats.stats({ ...statsQuery, groupBy }),
            ])
            const without = (result: typeof one) => result.byDataset.map(({ spread, ...sums }) => sums)
            expect(without(other)).toEqual(without(one))
          },
        ),
        { numRuns: 100 },
      )
    }, 60_000)

    test('pages of any size return every row once and in order', async () => {
      await fc.assert(
        fc.asyncProperty(query, fc.integer({ min: 1, max: 40 }), async (statsQuery, limit) => {
          const whole = await storage.stats.stats(statsQuery)
          const paged: string[] = []
          let after: Position | null = null
          do {
            const page = await storage.stats.stats({ ...statsQuery, limit, after })
            paged.push(...page.rows)
            after = page.next
            if (after) expect(page.rows).toHaveLength(limit)
          } while (after)
          expect(paged).toEqual(whole.rows)
          const metric = statsQuery.sort.replace('-', '')
          const ranks = whole.rows
            .map((row) => findRank(parse(row), metric))
            .filter((rank) => rank !== undefined)
          const ordered = [...ranks].sort((a, b) => a - b)
          expect(ranks).toEqual(statsQuery.sort.startsWith('-') ? ordered.reverse() : ordered)
        }),
        { numRuns: 60 },
      )
    }, 60_000)

    test('groups in descending order are those in ascending order, reversed', async () => {
      await fc.assert(
        fc.asyncProperty(query, async (statsQuery) => {
          const [up, down] = [
            await storage.stats.stats({ ...statsQuery, sort: 'group' }),
            await storage.stats.stats({ ...statsQuery, sort: '-group' }),
          ]
          expect(down.rows).toEqual(up.rows.toReversed())
        }),
        { numRuns: 30 },
      )
    }, 60_000)

    test('only accepted links combine data sets, and each event counts once', async () => {
      const [some, others] = ['seed', 'geonames'].map((dataset) =>
        reference.all.filter((record) => record.dataset === dataset),
      ) as [Incident[], Incident[]]
      // Includes chains: a record of the second data set may be linked to two of the first.
      const pairs = others
        .slice(0, 40)
        .flatMap(({ id }, index) =>
          [some[index], some[index + 1]].slice(0, 1 + (index % 2)).map((one) => [id, one?.id ?? ''] as const),
        )
      for (const ids of pairs)
        await storage.decideLink({ ids, status: 'accepted', decidedBy: null, note: null })
      const combine = fc.constantFrom<Combine>(
        { rule: 'max' },
        { rule: 'prefer', datasets: ['seed'] },
        { rule: 'prefer', datasets: ['geonames', 'seed'] },
      )
      await fc.assert(
        fc.asyncProperty(query, combine, async (given, how) => {
          const statsQuery = { ...given, combine: how }
          const records = selectMatching(statsQuery)
          const { counted, events } = combineByReference(records, pairs, how)
          const { rows, total, combined } = await storage.stats.stats(statsQuery)
          expect(total).toEqual(reference.sumRecords(counted, statsQuery))
          expect(combined).toMatchObject({ events, merged: records.length - counted.length, undecided: 0 })
          const expected = reference.groupRecords(counted, statsQuery, statsQuery.groupBy)
          if (statsQuery.groupBy.length === 0 && counted.length === 0) expected.set('[]', [])
          expect(rows.map((row) => buildKey(parse(row), statsQuery.groupBy)).sort()).toEqual(
            [...expected.keys()].sort(),
          )
        }),
        { numRuns: 150 },
      )
    }, 60_000)

    test('filling adds rows of zeros for intervals without records, and changes no other rows', async () => {
      const dated = query.filter(({ groupBy }) => groupBy.includes('date'))
      await fc.assert(
        fc.asyncProperty(dated, async (given) => {
          const statsQuery = { ...given, limit: 100_000 }
          const plain = await storage.stats.stats(statsQuery)
          const filled = await storage.stats.stats({ ...statsQuery, fill: true })
          const zeros = filled.rows.map(parse).filter(({ records }) => records === 0)
          const others = filled.rows.filter((row) => parse(row).records !== 0)
          expect(others).toEqual(plain.rows.slice(0, others.length))
          expect(others.length).toBe(plain.rows.length)
          for (const row of zeros) {
            for (const metric of statsQuery.metrics) {
              expect(row[metric]).toMatchObject({ low: 0, best: 0, high: 0, high_known: 0 })
            }
          }
          const keys = new Set(filled.rows.map((row) => JSON.stringify({ ...parse(row).by, date: null })))
          const dates = new Set(filled.rows.map((row) => parse(row).by.date?.from))
          expect(filled.rows.length).toBe(keys.size * dates.size)
          // Each interval ends where the next begins.
          const ends = [...dates]
            .sort()
            .map((from) => filled.rows.map(parse).find(({ by }) => by.date?.from === from))
          ends.slice(1).forEach((row, index) => {
            const end = Date.parse(`${ends[index]?.by.date?.to}T00:00:00Z`)
            expect(Date.parse(`${row?.by.date?.from}T00:00:00Z`)).toBe(end + 86_400_000)
          })
        }),
        { numRuns: 60 },
      )
    }, 60_000)
  })
}

/** Finds the records that count once linked ones are combined, and the number of events in several data sets. */
function combineByReference(
  records: readonly Incident[],
  pairs: readonly (readonly [string, string])[],
  combine: Combine,
): { counted: Incident[]; events: number } {
  const events = new Map<string, Set<string>>()
  for (const [a, b] of pairs) {
    const joined = new Set([a, b, ...(events.get(a) ?? []), ...(events.get(b) ?? [])])
    for (const id of joined) events.set(id, joined)
  }
  const left = new Set<string>()
  let several = 0
  for (const event of new Set(events.values())) {
    const members = records.filter(({ id }) => event.has(id))
    const datasets = [...new Set(members.map(({ dataset }) => dataset))].sort()
    if (datasets.length < 2) continue
    several += 1
    const killed = (dataset: string) => {
      const stated = members.flatMap((record) =>
        record.dataset === dataset && record.fatalities ? [record.fatalities.best] : [],
      )
      return stated.length > 0 ? stated.reduce((sum, best) => sum + best, 0) : -1
    }
    const counting =
      combine.rule === 'prefer'
        ? combine.datasets.find((dataset) => datasets.includes(dataset))
        : datasets.reduce((most, dataset) => (killed(dataset) > killed(most) ? dataset : most))
    for (const { id, dataset } of members) if (dataset !== counting) left.add(id)
  }
  return { counted: records.filter(({ id }) => !left.has(id)), events: several }
}

/** Builds the group key of a row in the format of the reference. */
function buildKey({ by }: StatsRow, groupBy: readonly Dimension[]): string {
  return JSON.stringify(
    groupBy.map((dimension) => {
      switch (dimension) {
        case 'date':
          return by.date?.from
        case 'actor':
          return by.actor?.id ?? null
        case 'cell':
          return by.cell ? [by.cell.west, by.cell.south] : null
        case 'country':
        case 'admin1':
        case 'city':
          return by[dimension]?.name ?? null
        default:
          return by[dimension] ?? null
      }
    }),
  )
}

/** Returns the value that a sort compares, if the row has it. */
function findRank(row: StatsRow, metric: string): number | undefined {
  if (metric === 'records') return row.records
  if (metric === 'incidents') return row.incidents?.low
  if (metric !== 'fatalities' && metric !== 'injured') return undefined
  return row[metric] === null ? -1 : row[metric]?.best
}
