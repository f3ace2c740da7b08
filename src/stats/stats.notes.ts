import type { Note } from './stats.schema.ts'
import type { StatsAnswer } from './stats.store.ts'

/** Collects the notes that a reader needs to interpret the sums correctly. */
export function collectNotes(
  { byDataset, total, repeated }: StatsAnswer,
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
  if (spread > 0)
    notes.push({
      code: 'spread_over_intervals',
      message: `${spread} of the records continue after the interval that they are counted in: each counts once and whole, in the first interval of the requested period that it has a day in.`,
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
