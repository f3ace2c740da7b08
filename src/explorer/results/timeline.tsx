import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Interval } from '../../stats/intervals.ts'
import type { StatsRow } from '../../stats/stats.schema.ts'
import { readLines, useApi } from '../shared/api.ts'
import { apiPath, useLocation } from '../shared/location.ts'
import { Status } from '../shared/error-message.tsx'
import { intervalName, STRINGS } from '../shared/strings.ts'
import { colour, useTheme } from '../shared/theme.ts'

const DAY = 86_400
const HEIGHT = 160
/** Steps of the axis, in seconds: days, weeks, months and years. */
const STEPS = [1, 2, 7, 14, 30.5, 61, 91.5, 183, 365.25, 730.5, 1826.25, 3652.5].map((days) => days * DAY)

/** So many days at most are shown by an interval; longer periods by the next. */
const LONGEST: readonly [Interval, number][] = [
  ['day', 120],
  ['week', 1000],
  ['month', 40 * 366],
]

/** Records and killed over time; a period is chosen by dragging. */
export function Timeline() {
  const { params, change } = useLocation()
  const path = (interval: Interval, more = {}) =>
    apiPath('stats', params, {
      group_by: 'date',
      interval,
      metrics: 'fatalities',
      format: 'ndjson',
      ...more,
    })
  // Months tell how long the period is; these are summed ahead.
  const months = useApi(path('month'), readLines<StatsRow>)
  const interval = intervalOf(params, months.answer ?? [])
  const asked = useApi(months.answer && path(interval, { fill: 'zero' }), readLines<StatsRow>)
  const series = seriesOf(asked.answer ?? [])
  const records = series.records.reduce((sum, count) => sum + count, 0)
  const isChosen = params.has('date_from') || params.has('date_to')

  return (
    <section class="timeline" aria-label={STRINGS.timeline} aria-busy={months.isWaiting || asked.isWaiting}>
      <h2>
        {STRINGS.timeline} <span class="muted">{STRINGS.byInterval[interval]}</span>
        {isChosen && (
          <button type="button" onClick={() => change({ date_from: null, date_to: null })}>
            {STRINGS.wholePeriod}
          </button>
        )}
      </h2>
      <Status asked={months.failure ? months : asked} />
      <Chart
        series={series}
        interval={interval}
        label={STRINGS.timelineOf(interval, records)}
        onBrush={(from, to) => change({ date_from: from, date_to: to })}
      />
      {series.starts.length > 0 && <p class="muted help">{STRINGS.timelineHelp}</p>}
    </section>
  )
}

/** Values by interval: the beginnings in seconds since 1970, and the last days. */
interface Series {
  starts: number[]
  ends: string[]
  records: number[]
  /** The killed of each data set: their sums are never added. */
  killed: Map<string, (number | null)[]>
}

function seriesOf(rows: readonly StatsRow[]): Series {
  const dated = rows.flatMap(({ by, records, fatalities }) =>
    by.date ? [{ ...by.date, dataset: by.dataset ?? '', records, best: fatalities?.best ?? null }] : [],
  )
  const froms = [...new Set(dated.map(({ from }) => from))].sort()
  const at = new Map(froms.map((from, index) => [from, index]))
  const series: Series = {
    starts: froms.map((from) => Date.parse(`${from}T00:00:00Z`) / 1000),
    ends: [],
    records: froms.map(() => 0),
    killed: new Map(),
  }
  for (const { from, to, dataset, records, best } of dated) {
    const index = at.get(from) ?? 0
    series.ends[index] = to
    series.records[index] = (series.records[index] ?? 0) + records
    const killed = series.killed.get(dataset) ?? froms.map(() => null)
    killed[index] = best
    series.killed.set(dataset, killed)
  }
  return series
}

function intervalOf(params: URLSearchParams, months: readonly StatsRow[]): Interval {
  const froms = months.flatMap(({ by }) => by.date?.from ?? []).sort()
  const ends = months.flatMap(({ by }) => by.date?.to ?? []).sort()
  const [first, last] = [params.get('date_from') ?? froms[0], params.get('date_to') ?? ends.at(-1)]
  if (!first || !last) return 'year'
  const length = (Date.parse(last) - Date.parse(first)) / 1000 / DAY
  return LONGEST.find(([, days]) => length <= days)?.[0] ?? 'year'
}

function Chart({
  series,
  interval,
  label,
  onBrush,
}: {
  series: Series
  interval: Interval
  label: string
  onBrush: (from: string, to: string) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const brush = useRef(onBrush)
  brush.current = onBrush
  const theme = useTheme()

  useEffect(() => {
    const element = box.current
    if (!element || series.starts.length === 0) return
    const datasets = [...series.killed.keys()]
    // Bars stand over their beginnings; those of months are not all as wide.
    const half = widthOf(series) / 2
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { live: true },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        cursor: { drag: { x: true, y: false, setScale: false } },
        scales: {
          x: { range: () => [(series.starts[0] ?? 0) - half, (series.starts.at(-1) ?? 0) + half] },
          killed: { range: (_, __, max) => [0, Math.max(max ?? 0, 1) * 1.05] },
          records: { range: (_, __, max) => [0, Math.max(max ?? 0, 1) * 1.05] },
        },
        axes: [
          {
            stroke: colour('--text'),
            grid: { stroke: colour('--line') },
            space: 90,
            incrs: STEPS,
            values: (_, starts) => starts.map((start) => intervalName(interval, start)),
          },
          {
            scale: 'records',
            stroke: colour('--text'),
            grid: { stroke: colour('--line') },
            label: STRINGS.table,
            size: 60,
          },
          {
            scale: 'killed',
            side: 1,
            stroke: colour('--killed'),
            grid: { show: false },
            label: STRINGS.killed,
            size: 60,
          },
        ],
        series: [
          { label: STRINGS.date, value: (_, start) => (start === null ? '' : intervalName(interval, start)) },
          {
            label: STRINGS.table,
            scale: 'records',
            fill: colour('--bar'),
            stroke: colour('--bar'),
            width: 0,
            points: { show: false },
            ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ align: 0, size: [0.9, 100, 2] }) }),
          },
          ...datasets.map((dataset, index) => ({
            label: dataset ? `${STRINGS.killed}: ${dataset}` : STRINGS.killed,
            scale: 'killed',
            stroke: colour('--killed'),
            width: 1.5,
            points: { show: series.starts.length < 40 },
            ...(index > 0 && { dash: [4 + 4 * index, 4] }),
          })),
        ],
        hooks: {
          setSelect: [
            ({ select, posToVal, setSelect }) => {
              if (select.width < 2) return
              const from = posToVal.call(plot, select.left, 'x')
              const to = posToVal.call(plot, select.left + select.width, 'x')
              setSelect.call(plot, { left: 0, width: 0, top: 0, height: 0 }, false)
              const chosen = series.starts.flatMap((start, index) =>
                start - half < to && start + half > from ? [index] : [],
              )
              const [first, last] = [chosen[0], chosen.at(-1)]
              if (first === undefined || last === undefined) return
              brush.current(isoDay(series.starts[first] ?? 0), series.ends[last] ?? '')
            },
          ],
        },
      },
      [series.starts, series.records, ...datasets.map((dataset) => series.killed.get(dataset) ?? [])],
      element,
    )
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [series.starts.join(), series.records.join(), theme])

  return <div ref={box} class="chart" role="img" aria-label={label} hidden={series.starts.length === 0} />
}

/** How long the first interval is, in seconds. */
function widthOf({ starts, ends }: Series): number {
  return Date.parse(`${ends[0]}T00:00:00Z`) / 1000 + DAY - (starts[0] ?? 0)
}

function isoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
