import type { Interval } from '../../stats/intervals.ts'
import type { Note, StatsRow } from '../../stats/stats.schema.ts'
import { readNdjson, readSums, useApi } from '../shared/api.ts'
import { ErrorMessage } from '../shared/error-message.tsx'
import { buildApiPath, useLocation } from '../shared/location.ts'
import { STRINGS } from '../shared/strings.ts'
import { type Series, TimelineChart } from './timeline-chart.tsx'

/** The longest period in days that is shown by each interval; longer ones are shown by year. */
const MAX_DAYS: readonly [Interval, number][] = [
  ['day', 120],
  ['week', 1000],
  ['month', 40 * 366],
]
/** Notes that explain bars of the chart. */
const NOTED: readonly Note['code'][] = ['less_precise', 'began_before_period']
const MS_PER_DAY = 86_400_000

/** Records and killed over time; dragging across the chart selects a period. */
export function Timeline() {
  const { params, change } = useLocation()
  const buildPath = (interval: Interval, more = {}) =>
    buildApiPath('stats', params, {
      group_by: 'date',
      interval,
      metrics: 'fatalities',
      format: 'ndjson',
      ...more,
    })
  // The months, which are precomputed, give the length of the period.
  const months = useApi(buildPath('month'), readNdjson<StatsRow>)
  const interval = chooseInterval(params, months.result ?? [])
  const sums = useApi(months.result && buildPath(interval, { fill: 'zero' }), readSums)
  const series = buildSeries(sums.result?.rows ?? [])
  const notes = (sums.result?.notes ?? []).filter(({ code }) => NOTED.includes(code))
  const records = series.records.reduce((sum, count) => sum + count, 0)
  const hasPeriod = params.has('date_from') || params.has('date_to')

  return (
    <section class="timeline" aria-label={STRINGS.timeline} aria-busy={months.isLoading || sums.isLoading}>
      <h2>
        {STRINGS.timeline} <span class="muted">{STRINGS.byInterval[interval]}</span>
        {hasPeriod && (
          <button type="button" onClick={() => change({ date_from: null, date_to: null })}>
            {STRINGS.allDates}
          </button>
        )}
      </h2>
      <ErrorMessage error={months.error ?? sums.error} />
      <TimelineChart
        series={series}
        interval={interval}
        label={STRINGS.timelineOf(interval, records)}
        onSelect={(from, to) => change({ date_from: from, date_to: to })}
      />
      {series.starts.length > 0 && (
        <p class="muted help">{[STRINGS.timelineHelp, ...notes.map(({ message }) => message)].join(' ')}</p>
      )}
    </section>
  )
}

function buildSeries(rows: readonly StatsRow[]): Series {
  const dated = rows.flatMap(({ by, records, fatalities }) =>
    by.date ? [{ ...by.date, dataset: by.dataset ?? '', records, best: fatalities?.best ?? null }] : [],
  )
  const froms = [...new Set(dated.map(({ from }) => from))].sort()
  const indexes = new Map(froms.map((from, index) => [from, index]))
  const series: Series = {
    starts: froms.map((from) => Date.parse(`${from}T00:00:00Z`) / 1000),
    ends: [],
    records: froms.map(() => 0),
    killed: new Map(),
  }
  for (const { from, to, dataset, records, best } of dated) {
    const index = indexes.get(from) ?? 0
    series.ends[index] = to
    series.records[index] = (series.records[index] ?? 0) + records
    const killed = series.killed.get(dataset) ?? froms.map(() => null)
    killed[index] = best
    series.killed.set(dataset, killed)
  }
  return series
}

function chooseInterval(params: URLSearchParams, months: readonly StatsRow[]): Interval {
  const starts = months.flatMap(({ by }) => by.date?.from ?? []).sort()
  const ends = months.flatMap(({ by }) => by.date?.to ?? []).sort()
  const [first, last] = [params.get('date_from') ?? starts[0], params.get('date_to') ?? ends.at(-1)]
  if (!first || !last) return 'year'
  const days = (Date.parse(last) - Date.parse(first)) / MS_PER_DAY
  return MAX_DAYS.find(([, max]) => days <= max)?.[0] ?? 'year'
}
