import type { Claim } from './claim.schema.ts'
import { type Casualties, type Figure, GROUPS } from './figure.schema.ts'

/** Figures that a data set states without a source. */
export interface StatedFigures {
  fatalities: Casualties | null
  injured: Casualties | null
}

/** Builds the id of the source that represents a data set itself. */
export function datasetSourceId(dataset: string): string {
  return `${dataset}:dataset`
}

/** Builds a claim for each figure of a record, with the data set as claimant. */
export function datasetClaims(
  { fatalities, injured }: StatedFigures,
  { id, name }: { id: string; name: string },
): Claim[] {
  const claim = (measure: Claim['measure'], group: Claim['group'], figure: Figure): Claim[] => {
    const { low, best, high, claims } = figure
    return claims.map((claimId) => ({
      id: claimId,
      claimant: name,
      claimant_actor: null,
      source_id: datasetSourceId(id),
      paragraph: null,
      measure,
      group,
      low,
      high,
      qualifier: low === high && low === best ? 'exactly' : 'about',
      actor_id: null,
      note: null,
    }))
  }
  const all = (measure: Claim['measure'], casualties: Casualties | null): Claim[] =>
    casualties
      ? [
          ...claim(measure, 'all', casualties),
          ...GROUPS.flatMap((group) => {
            const figure = casualties.by_group[group]
            return figure ? claim(measure, group, figure) : []
          }),
        ]
      : []
  return [...all('killed', fatalities), ...all('injured', injured)]
}
