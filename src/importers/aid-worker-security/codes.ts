import type { EventTypeId, SubEventTypeId } from '../../event-types/event-type.schema.ts'
import type { Cells } from '../contract/cells.ts'
import { foldColumn } from '../contract/columns.ts'
import type { DraftActor } from '../contract/draft.ts'

/** What a means of attack says about an incident. */
export interface Means {
  event_type: EventTypeId | null
  sub_event_type: SubEventTypeId | null
  /** Whether the name is that of a weapon. */
  isWeapon: boolean
}

const UNDECIDED: Means = { event_type: null, sub_event_type: null, isWeapon: false }

const explosion = (sub_event_type: SubEventTypeId | null, isWeapon: boolean): Means => ({
  event_type: 'explosions_remote_violence',
  sub_event_type,
  isWeapon,
})

const civilians = (sub_event_type: SubEventTypeId | null): Means => ({
  event_type: 'violence_against_civilians',
  sub_event_type,
  isWeapon: false,
})

/**
 * `Means of attack` by folded name (AWSD Codebook, January 2025), in all spellings of the file. Shooting, assault,
 * arrest and explosives with gunfire are part of several event types and decide none.
 */
export const MEANS: Readonly<Record<string, Means>> = {
  aerial_bombardment: explosion(null, false),
  bodily_assault: UNDECIDED,
  body_borne_ied: explosion(null, true),
  complex_attack: UNDECIDED,
  detention_arrest: UNDECIDED,
  kidnap_killing: civilians(null),
  kidnapping: civilians('abduction_forced_disappearance'),
  landmine: explosion('remote_explosive_landmine_ied', true),
  other_explosives: explosion(null, true),
  rape_sexual_assault: civilians('sexual_violence'),
  rape_or_serious_sexual_assault: civilians('sexual_violence'),
  roadside_ied: explosion('remote_explosive_landmine_ied', true),
  shelling: explosion('shelling_artillery_missile_attack', false),
  shooting: UNDECIDED,
  unknown: UNDECIDED,
  vehicle_born_ied: explosion(null, true),
  vehicle_borne_ied: explosion(null, true),
  '': UNDECIDED,
}

/** `Attack context` by folded name; whether it decides the event type on its own. */
export const CONTEXTS = {
  ambush: null,
  combat_crossfire: null,
  detention: null,
  individual_attack: null,
  individual_attack_or_assassination: null,
  mob_violence: 'riots',
  raid: null,
  unknown: null,
  '': null,
} as const

/** `Motive` by folded name; whether the file says one. */
export const MOTIVES = {
  disputed: true,
  economic: true,
  incidental: true,
  other: true,
  political: true,
  unknown: false,
  '': false,
} as const

/**
 * `Actor type` by folded name, in ACLED's actor types: forces of another state are its external forces. Armed groups
 * without a state may be rebels or militias. Null: not known.
 */
export const ACTOR_TYPES: Readonly<Record<string, DraftActor['kind'] | null>> = {
  aid_recipient: 'unknown',
  criminal: 'unknown',
  foreign_or_coalition_forces: 'external_other_forces',
  host_state: 'state_forces',
  non_state_armed_group_global: 'unknown',
  non_state_armed_group_national: 'unknown',
  non_state_armed_group_regional: 'unknown',
  non_state_armed_group_subnational: 'unknown',
  non_state_armed_group_unknown: 'unknown',
  police_or_paramilitary: 'state_forces',
  staff_member: 'unknown',
  state_unknown: 'state_forces',
  unaffiliated: 'unknown',
  unknown: null,
  '': null,
}

/** Reads the meaning of a name by folded name; the fallback, with an error, where the code book does not have it. */
export function readCategory<T>(
  cells: Cells,
  column: string,
  meanings: Readonly<Record<string, T>>,
  fallback: T,
): T {
  const name = foldColumn(cells.text(column))
  if (Object.hasOwn(meanings, name)) return meanings[name] as T
  const names = Object.keys(meanings).filter(Boolean).join(', ')
  cells.addError(column, `must be a name of the AWSD codebook: ${names}`)
  return fallback
}
