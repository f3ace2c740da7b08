import { useLayoutEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Interval } from '../../stats/intervals.ts'
import { formatInterval } from '../shared/format.ts'
import { STRINGS } from '../shared/strings.ts'
import { readColour, useTheme } from '../shared/theme.ts'

/** Values by interval; the arrays are parallel. */
export interface Series {
  /** Starts of the intervals, in seconds since 1970. */
  starts: number[]
  /** Last days of the intervals, YYYY-MM-DD. */
  ends: string[]
  records: number[]
  /** The killed by data set: totals of different data sets must not be added. */
  killed: Map<string, (number | null)[]>
}

const SECONDS_PER_DAY = 86_400
const HEIGHT_PX = 160
/** A drag that is shorter is a click. */
const MIN_DRAG_PX = 2
/** Steps of the time axis in seconds: days, weeks, months and years. */
const AXIS_STEPS = [1, 2, 7, 14, 30.5, 61, 91.5, 183, 365.25, 730.5, 1826.25, 3652.5].map(
  (days) => days * SECONDS_PER_DAY,
)

/** The chart: bars for the records, a line for the killed of each data set. */
export function TimelineChart({
  series,
  interval,
  label,
  onSelect,
}: {
  series: Series
  interval: Interval
  label: string
  /** Called with the first and the last day of a selected period. */
  onSelect: (from: string, to: string) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const select = useRef(onSelect)
  select.current = onSelect
  const theme = useTheme()

  // A layout effect: the chart changes in the same frame as its label.
  useLayoutEffect(() => {
    const element = box.current
    if (!element || series.starts.length === 0) return
    const datasets = [...series.killed.keys()]
    // Bars are centred on the starts. Months differ in length: all bars have the width of the first.
    const half = measureFirstInterval(series) / 2
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
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
            stroke: readColour('--text'),
            grid: { stroke: readColour('--line') },
            space: 90,
            incrs: AXIS_STEPS,
            values: (_, starts) => starts.map((start) => formatInterval(interval, start)),
          },
          {
            scale: 'records',
            stroke: readColour('--text'),
            grid: { stroke: readColour('--line') },
            label: STRINGS.records,
            size: 60,
          },
          {
            scale: 'killed',
            side: 1,
            stroke: readColour('--killed'),
            grid: { show: false },
            label: STRINGS.killed,
            size: 60,
          },
        ],
        series: [
          {
            label: STRINGS.date,
            value: (_, start) => (start === null ? '' : formatInterval(interval, start)),
          },
          {
            label: STRINGS.records,
            scale: 'records',
            fill: readColour('--bar'),
            stroke: readColour('--bar'),
            width: 0,
            points: { show: false },
            ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ align: 0, size: [0.9, 100, 2] }) }),
          },
          ...datasets.map((dataset, index) => ({
            label: dataset ? `${STRINGS.killed}: ${dataset}` : STRINGS.killed,
            scale: 'killed',
            stroke: readColour('--killed'),
            width: 1.5,
            points: { show: series.starts.length < 40 },
            ...(index > 0 && { dash: [4 + 4 * index, 4] }),
          })),
        ],
        hooks: {
          setSelect: [
            ({ select: { left, width }, posToVal, setSelect }) => {
              if (width < MIN_DRAG_PX) return
              const from = posToVal.call(plot, left, 'x')
              const to = posToVal.call(plot, left + width, 'x')
              setSelect.call(plot, { left: 0, width: 0, top: 0, height: 0 }, false)
              const selected = series.starts.flatMap((start, index) =>
                start - half < to && start + half > from ? [index] : [],
              )
              const [first, last] = [selected[0], selected.at(-1)]
              if (first === undefined || last === undefined) return
              select.current(formatIsoDay(series.starts[first] ?? 0), series.ends[last] ?? '')
            },
          ],
        },
      },
      [series.starts, series.records, ...datasets.map((dataset) => series.killed.get(dataset) ?? [])],
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [series.starts.join(), series.records.join(), theme])

  return <div ref={box} class="chart" role="img" aria-label={label} hidden={series.starts.length === 0} />
}

/** Measures the first interval, in seconds. */
function measureFirstInterval({ starts, ends }: Series): number {
  return Date.parse(`${ends[0]}T00:00:00Z`) / 1000 + SECONDS_PER_DAY - (starts[0] ?? 0)
}

function formatIsoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}
