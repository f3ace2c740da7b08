import type { Note } from './stats.schema.ts'
import type { StatsAnswer } from './stats.store.ts'

/** What has to be known to read an answer aright. */
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
      message: `The records are of ${byDataset.length} data sets (${ids}), which may tell of the same attacks: their sums stand side by side, and there is no total of all. Choose one with dataset=, or put them together through accepted links with combine=max or combine=prefer:${byDataset[0]?.dataset}.`,
    })
  }
  if (spread > 0)
    notes.push({
      code: 'spread_over_intervals',
      message: `${spread} of the records go on after the interval that they are counted in: each counts once and whole, in the first interval of the period asked for that it has a day in.`,
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
        'Reported totals stand beside sums by place, period and data set only: the other filters leave out what they may include.',
    })
  return notes
}
