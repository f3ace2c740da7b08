import type { Range } from '../../figures/figure.schema.ts'
import { formatNumber } from './format.ts'
import { STRINGS } from './strings.ts'

/** Formats a figure: `13`, `13 (9–20)`, `at least 13`; "Not recorded" for null. */
export function formatRange(range: Range | null | undefined): string {
  if (!range) return STRINGS.notRecorded
  const { low, best, high } = range
  if (high === null)
    return best === low ? STRINGS.atLeast(low) : `${formatNumber(best)} (${STRINGS.atLeast(low)})`
  const isExact = low === best && best === high
  return isExact ? formatNumber(best) : `${formatNumber(best)} (${formatNumber(low)}–${formatNumber(high)})`
}

const WIDTH = 200
const HEIGHT = 14

/** A bar from low to high with a mark at best, on a scale from 0 to `max`; dashed where high is not stated. */
export function RangeBar({ range, max }: { range: Range; max: number }) {
  const scale = (value: number) => 4 + (value / Math.max(max, 1)) * (WIDTH - 16)
  const { low, best, high } = range
  const start = scale(Math.min(low, high ?? low))
  const end = high === null ? WIDTH - 4 : scale(Math.max(low, high))
  return (
    <svg class="range" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line class="range-axis" x1="4" x2={WIDTH - 4} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <line
        class={high === null ? 'range-bar range-open' : 'range-bar'}
        x1={start}
        x2={Math.max(end, start + 0.01)}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
      />
      <circle class="range-best" cx={scale(best)} cy={HEIGHT / 2} r="4" />
    </svg>
  )
}
