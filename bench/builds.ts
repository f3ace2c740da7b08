import { Bench, type BenchOptions, type Row } from './bench.ts'
import type { Data } from './data.ts'
import { NotMeasured } from './processes.ts'
import { formatNumber, formatRange, renderCells } from './results.ts'
import { computeRatios, median } from './statistics.ts'
import { Turns } from './turns.ts'

/** How fast one build is in one row, compared with another. */
export interface BuildComparison {
  name: string
  /** Speed of this build divided by the other's, one ratio per round; empty if it was not measured. */
  ratios: number[]
  /** Whether this build was slower in every round. */
  isSlower: boolean
  figures: string
}

/** A build to measure: its checkout, ports and data. */
export interface Build {
  options: BenchOptions
  data: Data
}

/**
 * Measures one row on two builds, which take turns.
 * @throws Error of the build that failed first
 */
export async function compareBuilds(
  row: Row,
  builds: readonly [Build, Build],
  log: (text: string) => void,
): Promise<BuildComparison> {
  const turns = new Turns()
  await Promise.all(
    builds.map(async ({ options, data }, index) => {
      try {
        const side = index === 0 ? 0 : 1
        await row.measure(new Bench(options, data, log, { turns, side }))
      } catch (error) {
        turns.fail(error as Error)
      }
    }),
  )
  if (turns.error) {
    if (!(turns.error instanceof NotMeasured)) throw turns.error
    return { name: row.name, ratios: [], isSlower: false, figures: `not measured: ${turns.error.message}` }
  }
  const [ours, theirs] = turns.figures
  const isCost = row.unit === 'ms' || row.unit === 'MB'
  const ratios = isCost ? computeRatios(theirs, ours) : computeRatios(ours, theirs)
  return {
    name: row.name,
    ratios,
    isSlower: ratios.length > 0 && Math.max(...ratios) < 1,
    figures: `${formatNumber(median(ours))} against ${formatNumber(median(theirs))} ${row.unit}`,
  }
}

/** Renders the table of a comparison of two builds. */
export function renderBuildTable(comparisons: readonly BuildComparison[]): string {
  const lines = comparisons.map(({ name, ratios, isSlower, figures }) => {
    if (ratios.length === 0) return [name, '–', '–', '', figures]
    return [name, formatNumber(median(ratios)), formatRange(ratios), isSlower ? '**slower**' : '', figures]
  })
  return renderCells([
    ['row', 'speed of this build / the other', 'min–max (rounds)', 'slower in every round', 'medians'],
    ...lines,
  ])
}
