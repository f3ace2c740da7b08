import type { Range } from '../../figures/figure.schema.ts'
import { number, STRINGS } from './strings.ts'

/** A figure in words: the best number, and the range where there is one. */
export function rangeText(range: Range | null | undefined): string {
  if (!range) return STRINGS.nobodySaid
  const { low, best, high } = range
  if (high === null) return best === low ? STRINGS.atLeast(low) : `${number(best)} (${STRINGS.atLeast(low)})`
  return low === best && best === high ? number(best) : `${number(best)} (${number(low)}–${number(high)})`
}

const WIDTH = 200
const HEIGHT = 14

/** A figure drawn on a scale from 0 to `most`: a bar from low to high, open where high is, and the best as a mark. */
export function RangeBar({ range, most }: { range: Range; most: number }) {
  const at = (value: number) => 4 + (value / Math.max(most, 1)) * (WIDTH - 16)
  const { low, best, high } = range
  const [from, to] = [at(Math.min(low, high ?? low)), high === null ? WIDTH - 4 : at(Math.max(low, high))]
  return (
    <svg class="range" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <line class="range-axis" x1="4" x2={WIDTH - 4} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      <line
        class={high === null ? 'range-bar range-open' : 'range-bar'}
        x1={from}
        x2={Math.max(to, from + 0.01)}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
      />
      <circle class="range-best" cx={at(best)} cy={HEIGHT / 2} r="4" />
    </svg>
  )
}
