import fc from 'fast-check'
import { ATTRIBUTIONS, ROLES } from '../../src/actors/actor.schema.ts'
import type { Claim } from '../../src/figures/claim.schema.ts'
import type { Casualties } from '../../src/figures/figure.schema.ts'
import { findFlags } from '../../src/figures/flags.ts'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { incident } from './records.ts'

/** Texts with special characters of CSV, spreadsheets, lists in cells or JSON, and any others. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'\'=+-@\t\r\n";, \\aé', '; ', 'سامراء', '𐎀') }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)
const texts = fc.array(text, { maxLength: 4 })
const id = fc.string({ unit: fc.constantFrom(...`a-'";=#:,é`), minLength: 1, maxLength: 12 })

const actor = fc.record({
  id: id.map((local) => `seed:${local}`),
  name: text,
  role: fc.constantFrom(...ROLES),
  attribution: fc.option(fc.constantFrom(...ATTRIBUTIONS)),
})

/** A time in the format of a store. */
const moment = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

/** Any incident that can be stored, with its claims: one for each figure, and one that supports none. */
export const storedIncident: fc.Arbitrary<Incident & { claims: Claim[] }> = fc
  .record({
    base: incident,
    local: id,
    title: fc.option(text),
    description: fc.option(text),
    part_of_day: fc.option(text.map((one) => one.slice(0, 50))),
    sites: fc.array(fc.record({ name: text, place_id: fc.option(id) }), { maxLength: 3 }),
    weapons: texts,
    actors: fc.array(actor, { maxLength: 5 }),
    part_of: fc.array(id, { maxLength: 3 }),
    same_as: fc.array(
      id.map((local) => `other:${local}`),
      { maxLength: 3 },
    ),
    source_ids: fc.array(id, { maxLength: 3 }),
    updated_at: moment,
  })
  .map(({ base, local, ...rest }) => {
    const claims: Claim[] = []
    const record = { ...base, ...rest, id: `seed:${local}` }
    const addClaims = (given: Casualties | null, measure: 'killed' | 'injured') => {
      const addClaim = <T extends { low: number; high: number | null }>(range: T, group: Claim['group']) => {
        claims.push({ ...CLAIM, id: `${record.id}#${claims.length + 1}`, measure, group, ...bounds(range) })
        return { ...range, claims: [`${record.id}#${claims.length}`] }
      }
      if (!given) return null
      const total = addClaim(given, 'all')
      const groups = Object.entries(given.by_group).map(([group, range]) => [
        group,
        range && addClaim(range, group as Claim['group']),
      ])
      return { ...total, by_group: Object.fromEntries(groups) as Casualties['by_group'] }
    }
    const fatalities = addClaims(record.fatalities, 'killed')
    const injured = addClaims(record.injured, 'injured')
    claims.push({ ...CLAIM, id: `${record.id}#${claims.length + 1}`, qualifier: 'some', measure: 'killed' })
    // As it is stored: JSON has no negative zero.
    return JSON.parse(
      JSON.stringify({ ...record, fatalities, injured, flags: findFlags({ fatalities, injured }), claims }),
    )
  })

const bounds = ({ low, high }: { low: number; high: number | null }) => ({ low, high })

const CLAIM: Omit<Claim, 'id' | 'measure'> = {
  claimant: 'Somebody',
  claimant_actor: null,
  source_id: 'seed:reuters-2017-01-03',
  paragraph: null,
  group: null,
  low: null,
  high: null,
  qualifier: 'about',
  actor_id: null,
  note: null,
}
