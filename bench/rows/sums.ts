import { Sqlite } from '../../src/storage/sqlite/database/better-sqlite3.ts'
import { type Row, withServers } from '../bench.ts'
import { measureLatencies } from '../load.ts'
import { median } from '../statistics.ts'

/** The longest that any of the sums may take, in milliseconds. */
const MAX_MS = 300

/** What a scan sums, as `/v1/stats` does. */
const SUMS = `count(*) AS records, sum(deaths_low), sum(deaths_best), sum(deaths_high),
  sum(deaths_low IS NOT NULL AND deaths_high IS NULL), sum(deaths_low IS NULL), sum(injured_best)`

/** The number of a cell of one degree. */
const CELL = 'CAST(latitude + 90 AS INTEGER) * 65536 + CAST(longitude + 180 AS INTEGER)'

/** Sums that hardly two people ask for, each with a scan of the records that has the same. */
const UNUSUAL: readonly { query: string; sql: string }[] = [
  {
    query: 'stats?group_by=country,date&interval=month',
    sql: `SELECT country_id, substr(date_start, 1, 7), ${SUMS} FROM incidents GROUP BY 1, 2`,
  },
  {
    query: 'stats?group_by=date&interval=month&country=Syria,Iraq,Afghanistan&deaths_min=10',
    sql: `SELECT substr(date_start, 1, 7), ${SUMS} FROM incidents WHERE deaths_best >= 10
      AND country_id IN (SELECT id FROM places WHERE document ->> '$.name' IN ('Syria', 'Iraq', 'Afghanistan')) GROUP BY 1`,
  },
  {
    query: 'stats?group_by=cell&cell_size=1&bbox=30,20,60,40',
    sql: `SELECT ${CELL}, ${SUMS} FROM incidents
      WHERE latitude BETWEEN 20 AND 40 AND longitude BETWEEN 30 AND 60 GROUP BY 1`,
  },
  {
    query: 'stats?group_by=cell&cell_size=0.25&geo_precision_min=near',
    sql: `SELECT CAST((latitude + 90) * 4 AS INTEGER) * 65536 + CAST((longitude + 180) * 4 AS INTEGER), ${SUMS}
      FROM incidents WHERE geo_precision IN ('exact', 'near') GROUP BY 1`,
  },
  {
    query: 'stats?group_by=admin1&deaths_min=5&deaths_max=50&date_from=2005-01-01',
    sql: `SELECT admin1_id, ${SUMS} FROM incidents
      WHERE deaths_best BETWEEN 5 AND 50 AND date_end >= '2005-01-01' GROUP BY 1`,
  },
  {
    query: 'stats?group_by=violence_type,date&interval=week&date_from=2010-01-01&date_to=2014-12-31',
    sql: `SELECT violence_type, date(date_start, '-6 days', 'weekday 1'), ${SUMS} FROM incidents
      WHERE date_start BETWEEN '2010-01-01' AND '2014-12-31' GROUP BY 1, 2`,
  },
  {
    query: 'stats?group_by=actor&deaths_min=3',
    sql: `SELECT actor_key, ${SUMS} FROM incidents JOIN incident_actors ON incident_key = incidents.key
      WHERE deaths_best >= 3 GROUP BY 1`,
  },
  {
    query:
      'stats?group_by=date&interval=year&deaths_group=civilians&deaths_min=1&near=33.3,44.4&radius_km=500',
    sql: `SELECT substr(date_start, 1, 4), ${SUMS} FROM incidents WHERE deaths_civilians_best >= 1
      AND latitude BETWEEN 28.8 AND 37.8 AND longitude BETWEEN 39 AND 49.8 GROUP BY 1`,
  },
  {
    query: 'facets?fields=country,admin1,city,conflict&deaths_min=2',
    sql: `SELECT country_id, admin1_id, city_id, conflict_id, count(*) FROM incidents
      WHERE deaths_best >= 2 GROUP BY 1, 2, 3, 4`,
  },
  {
    query: 'incidents?limit=1&total=exact&deaths_min=4&date_precision=day',
    sql: `SELECT count(*) FROM incidents WHERE deaths_best >= 4 AND date_precision = 'day'`,
  },
]

const sums: Row = {
  name: 'sums',
  comparison: `ten unusual sums, facets and totals in turn, not cached, against a scan in SQL of the same database for each (times faster); none above ${MAX_MS} ms`,
  target: { atLeast: 10 },
  unit: 'ms',
  async measure(bench) {
    const database = new Sqlite(await bench.data.database(), { readonly: true })
    try {
      database.pragma('mmap_size = 2147483647')
      const scans = UNUSUAL.map(({ sql }) => database.prepare(sql))
      return await withServers([() => bench.startService()], async ({ port }) => {
        const slowest = new Map<string, number>()
        const measureSums = async () => {
          let total = 0
          for (const { query } of UNUSUAL) {
            const [time = 0] = await measureLatencies({ port, paths: [`/v1/${query}`] }, 'once')
            slowest.set(query, Math.max(slowest.get(query) ?? 0, time))
            total += time
          }
          return total / UNUSUAL.length
        }
        const measureScans = async () => {
          const began = performance.now()
          for (const scan of scans) scan.all()
          return (performance.now() - began) / scans.length
        }
        await measureSums()
        await measureScans()
        slowest.clear()
        const { ours, theirs, ratios } = await bench.alternate(measureSums, measureScans)
        const [query, most] = [...slowest].sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
        return {
          ratios: ratios.map((ratio) => 1 / ratio),
          figures: `scans ${median(theirs).toFixed(0)} ms each, ours ${median(ours).toFixed(0)} ms; slowest ${most.toFixed(0)} ms (${query})`,
          isWithin: most <= MAX_MS,
        }
      })
    } finally {
      database.close()
    }
  },
}

/** The requests of the explorer's view of the map with one filter. */
const VIEW = [
  'stats?group_by=cell&cell_size=2',
  'stats?group_by=date&interval=month&fill=zero',
  'stats',
  'facets?fields=country,event_type,dataset,actor',
  'incidents?limit=50&total=exact&sort=-date',
]
const VIEW_FILTERS = [
  'country=Syria&deaths_min=5',
  'date_from=2012-01-01&date_to=2016-06-30&violence_type=state_based',
  'q=police&deaths_min=1',
]
/** The longest that a view may take, in milliseconds: the 95th percentile. */
const MAX_VIEW_MS = 250

const view: Row = {
  name: 'explorer-view',
  comparison: `all requests of the explorer's view at once under three filters, not cached, against the same without a filter; the 95th percentile below ${MAX_VIEW_MS} ms`,
  target: { atMost: 2 },
  unit: 'ms',
  measure: (bench) =>
    withServers([() => bench.startService({ core: 'all' })], async ({ port }) => {
      const all: number[] = []
      const open = async (filter: string): Promise<number> => {
        const began = performance.now()
        const join = (path: string) => `/v1/${path}${filter && `${path.includes('?') ? '&' : '?'}${filter}`}`
        await Promise.all(VIEW.map((path) => measureLatencies({ port, paths: [join(path)] }, 'once')))
        return performance.now() - began
      }
      await open('')
      for (const filter of VIEW_FILTERS) await open(filter)
      const { ours, theirs, ratios } = await bench.alternate(
        async () => {
          const times: number[] = []
          for (const filter of VIEW_FILTERS) times.push(await open(filter))
          all.push(...times)
          return median(times)
        },
        () => open(''),
      )
      const late = [...all].sort((a, b) => a - b)[Math.ceil(all.length * 0.95) - 1] ?? 0
      return {
        ratios,
        figures: `${median(ours).toFixed(0)} ms (95th percentile ${late.toFixed(0)} ms) against ${median(theirs).toFixed(0)} ms`,
        isWithin: late <= MAX_VIEW_MS,
      }
    }),
}

/** Rows on sums. */
export const SUM_ROWS: readonly Row[] = [sums, view]
