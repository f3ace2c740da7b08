import type { Static } from 'typebox'
import { component, count, enumeration, list, nullable, text } from '../validation/types.ts'

/**
 * Event types and, under each, its sub-event types: the names of the ACLED codebook (2024) in
 * snake_case. seed/event-types.json describes each; a test compares the two.
 */
export const TAXONOMY = {
  battles: ['armed_clash', 'government_regains_territory', 'non_state_actor_overtakes_territory'],
  explosions_remote_violence: [
    'air_drone_strike',
    'chemical_weapon',
    'grenade',
    'remote_explosive_landmine_ied',
    'shelling_artillery_missile_attack',
    'suicide_bomb',
  ],
  violence_against_civilians: ['abduction_forced_disappearance', 'attack', 'sexual_violence'],
  protests: ['excessive_force_against_protesters', 'peaceful_protest', 'protest_with_intervention'],
  riots: ['mob_violence', 'violent_demonstration'],
  strategic_developments: [
    'agreement',
    'arrests',
    'change_to_group_activity',
    'disrupted_weapons_use',
    'headquarters_or_base_established',
    'looting_property_destruction',
    'non_violent_transfer_of_territory',
    'other',
  ],
} as const

/** An event type of the taxonomy. */
export type EventTypeId = keyof typeof TAXONOMY
/** A sub-event type of the taxonomy. */
export type SubEventTypeId = (typeof TAXONOMY)[EventTypeId][number]

/** The event types of the taxonomy. */
export const EVENT_TYPES = Object.keys(TAXONOMY) as EventTypeId[]
/** The sub-event types of the taxonomy. */
export const SUB_EVENT_TYPES: readonly SubEventTypeId[] = Object.values(TAXONOMY).flat()

const CrossWalk = component(
  'CrossWalk',
  {
    scheme: enumeration(['ACLED', 'UCDP', 'GTD'], { description: 'The code book that the code belongs to.' }),
    variable: text(100, { description: 'The variable of that code book.' }),
    code: text(20, { description: 'The code in that variable; empty where the code book has names only.' }),
    name: text(200, { description: 'The name of the code.' }),
    relation: enumeration(['same', 'broader', 'narrower', 'overlapping'], {
      description:
        'Relation of the other code to this event type: the same, broader, narrower or overlapping.',
    }),
    citation: text(500, { description: 'Where the code is defined.' }),
  },
  { description: 'The same or a related code in another code book.' },
)

/** Schema of an entry of the code book. */
export const EventType = component(
  'EventType',
  {
    id: text(60, { description: 'The id, as the filters `event_type` and `sub_event_type` take it.' }),
    name: text(100, { description: 'The common name.' }),
    parent: nullable(
      enumeration(EVENT_TYPES, { description: 'The event type of a sub-event type; null otherwise.' }),
    ),
    description: text(2000, { description: 'A definition of the type, in our own words.' }),
    crosswalk: list(CrossWalk, {
      description: 'The same or related codes in other code books.',
      maxItems: 50,
    }),
    incidents: count({ description: 'Number of recorded incidents and groups of this type.' }),
  },
  { description: 'An entry of the code book of event types.' },
)
/** An entry of the code book of event types. */
export type EventType = Static<typeof EventType>
