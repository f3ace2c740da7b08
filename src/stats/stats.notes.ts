import type { Note } from './stats.schema.ts'
import type { Part, StatsAnswer, StatsQuery } from './stats.store.ts'

/** Collects the notes that a reader needs to interpret the sums correctly. */
export function collectNotes(
  { byDataset, total, repeated, imprecise, outside }: StatsAnswer,
  { filter, wholeFilter, groupBy, metrics }: StatsQuery,
  { comparesTolls }: { comparesTolls: boolean },
): Note[] {
  const records = byDataset.reduce((sum, dataset) => sum + dataset.records, 0)
  const spread = (total ? [total] : byDataset).reduce((sum, part) => sum + (part.spread ?? 0), 0)
  const notes: Note[] = []
  if (!total) {
    const ids = byDataset.map(({ dataset }) => dataset).join(', ')
    notes.push({
      code: 'several_datasets',
      message: `The records are of ${byDataset.length} data sets (${ids}), which may describe the same attacks: their sums are shown side by side, and there is no total of all. Choose one with dataset=, or combine them through accepted links with combine=max or combine=prefer:${byDataset[0]?.dataset}.`,
    })
  }
  const isOf = (parts: readonly Part[]) => {
    const killed = metrics.includes('fatalities') ? describeKilled(parts) : ''
    return `${sumOf(parts, (part) => part.records)} records${killed}`
  }
  if (imprecise.length > 0)
    notes.push({
      code: 'less_precise',
      message:
        filter === wholeFilter
          ? `${isOf(imprecise)} are known less precisely than they are grouped, and counted where their data set puts them: precision=exact leaves them out.`
          : `${isOf(imprecise)} are known less precisely than they are grouped, and left out: precision=any counts them.`,
      of: imprecise,
    })
  if (outside.length > 0)
    notes.push(
      groupBy.includes('date')
        ? {
            code: 'began_before_period',
            message: `${isOf(outside)} began before ${wholeFilter.date_from} and reach into the period: grouped by date a record counts on its first day, so that they are not counted here.`,
            of: outside,
          }
        : {
            code: 'partly_outside_period',
            message: `${isOf(outside)} began before the period or ended after it, and are counted whole.`,
            of: outside,
          },
    )
  if (spread > 0)
    notes.push({
      code: 'spread_over_intervals',
      message: `${spread} of the records continue after the interval that they are counted in: each counts once and whole, in the interval of its first day.`,
    })
  if (repeated > records)
    notes.push({
      code: 'several_actors',
      message: `A record of several actors is in the row of each: the rows add up to ${repeated} records, and there are ${records}. The total counts each once.`,
    })
  if (!comparesTolls)
    notes.push({
      code: 'tolls_not_compared',
      message:
        'Reported totals are compared only under filters by place, period and data set: other filters exclude records that the totals may include.',
    })
  return notes
}

function sumOf(parts: readonly Part[], read: (part: Part) => number): number {
  return parts.reduce((sum, part) => sum + read(part), 0)
}

/** Of several data sets, whose records may be of the same attacks, the killed are not added. */
function describeKilled(parts: readonly Part[]): string {
  const [only, ...others] = parts
  return only && others.length === 0 ? ` with ${only.fatalities.best} killed` : ''
}
