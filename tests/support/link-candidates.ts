import type { Incident } from '../../src/incidents/incident.schema.ts'
import { ActorNames } from '../../src/links/scoring/actor-names.ts'
import { type LinkCandidate, toLinkCandidate } from '../../src/links/scoring/candidate.ts'
import { SEED } from './records.ts'

/** The actors of the seed, and some of another data set. */
const NAMES = new ActorNames([
  ...SEED.actors,
  { id: 'other:is', name: 'IS', aliases: [], kind: 'rebel_group' },
  { id: 'other:government', name: 'Government of Iraq', aliases: [], kind: 'state_forces' },
  { id: 'other:us', name: 'Government of United States of America', aliases: [], kind: 'state_forces' },
  { id: 'other:civilians', name: 'Civilians', aliases: [], kind: 'civilians' },
])

const SAMARRA = SEED.incidents.find(({ record }) => record.id === 'seed:samarra-2017-01-02')
  ?.record as Incident

/** An actor of {@link NAMES} in an incident. */
export function actor(id: string, name: string, role: 'perpetrator' | 'target' | 'other' = 'other') {
  return { id, name, role, attribution: null }
}

/** The seed's attack in Samarra with other properties. */
export function candidate(changes: Partial<Incident> = {}, titles: readonly string[] = []): LinkCandidate {
  return toLinkCandidate({ ...SAMARRA, ...changes }, titles, NAMES)
}

/** Figures without groups. */
export function killed(low: number, best: number, high: number | null): Incident['fatalities'] {
  const by_group = { civilians: null, security_forces: null, assailants: null, unknown: null }
  return { low, best, high, claims: [], by_group }
}
