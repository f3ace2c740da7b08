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

/**
 * Renders the JSON of a claim for each figure of a record, with the data set as claimant. It is written as text, since
 * most records with their claims are: objects would take three times as long.
 */
export function renderDatasetClaims(
  { fatalities, injured }: StatedFigures,
  { id, name }: { id: string; name: string },
): string {
  const claims: string[] = []
  const claimant = `"claimant":${JSON.stringify(name)},"claimant_actor":null`
  const source = `"source_id":${JSON.stringify(datasetSourceId(id))},"paragraph":null`
  const add = (measure: Claim['measure'], group: Claim['group'], figure: Figure | null) => {
    if (!figure) return
    const { low, best, high } = figure
    const qualifier: Claim['qualifier'] = low === high && low === best ? 'exactly' : 'about'
    const statement = `"measure":"${measure}","group":"${group}","low":${low},"high":${high},"qualifier":"${qualifier}"`
    for (const claim of figure.claims)
      claims.push(
        `{"id":${JSON.stringify(claim)},${claimant},${source},${statement},"actor_id":null,"note":null}`,
      )
  }
  const addAll = (measure: Claim['measure'], casualties: Casualties | null) => {
    add(measure, 'all', casualties)
    for (const group of GROUPS) add(measure, group, casualties?.by_group[group] ?? null)
  }
  addAll('killed', fatalities)
  addAll('injured', injured)
  return `[${claims.join(',')}]`
}
