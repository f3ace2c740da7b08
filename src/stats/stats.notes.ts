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
  const describe = (parts: readonly Part[]) => describeParts(parts, metrics)
  if (imprecise.length > 0)
    notes.push({
      code: 'less_precise',
      message:
        `Known less precisely than they are grouped: ${describe(imprecise)}. ` +
        (filter === wholeFilter
          ? 'They count where their data set puts them; precision=exact leaves them out.'
          : 'They are left out; precision=any counts them.'),
      of: imprecise,
    })
  if (outside.length > 0)
    notes.push(
      groupBy.includes('date')
        ? {
            code: 'began_before_period',
            message: `Began before ${wholeFilter.date_from} and reach into the period: ${describe(outside)}. Grouped by date, a record counts on its first day, so that these are not counted.`,
            of: outside,
          }
        : {
            code: 'partly_outside_period',
            message: `Partly outside the period: ${describe(outside)}. A record that overlaps the period counts whole.`,
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

/** Describes parts in a sentence; the killed of several data sets, which may be of the same attacks, are not added. */
function describeParts(parts: readonly Part[], metrics: StatsQuery['metrics']): string {
  const records = parts.reduce((sum, part) => sum + part.records, 0)
  const [only, ...others] = parts
  const hasKilled = only && others.length === 0 && metrics.includes('fatalities')
  return `${records} ${records === 1 ? 'record' : 'records'}${hasKilled ? ` with ${only.fatalities.best} killed` : ''}`
}
