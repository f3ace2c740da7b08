import type { EventTypeId, SubEventTypeId } from '../../event-types/event-type.schema.ts'

/** The columns of an attack that determine its event type; texts by folded name. */
export interface Attack {
  type: string
  /** Whether there is a second attack type. */
  mixed: boolean
  targets: readonly string[]
  weapon: string
  subWeapon: string
  /** Whether there is a second weapon. */
  armedTwice: boolean
  success: boolean | null
  suicide: boolean | null
  /** Whether anyone was killed or injured; null where that is not known. */
  harmed: boolean | null
}

/** Every `attacktype1_txt` of the GTD Codebook, by folded name. */
export const ATTACK_TYPES = [
  'assassination',
  'armed_assault',
  'bombing_explosion',
  'hijacking',
  'hostage_taking_barricade_incident',
  'hostage_taking_kidnapping',
  'facility_infrastructure_attack',
  'unarmed_assault',
  'unknown',
] as const

const ARMED = ['police', 'military', 'terrorists_non_state_militia']
/** Targets that are unarmed people; others may be guarded, or be objects. */
const UNARMED = [
  'private_citizens_property',
  'journalists_media',
  'educational_institution',
  'religious_figures_institutions',
  'ngo',
  'tourists',
]

/** `weapsubtype1_txt` of explosives that by their nature are one sub-event type. */
const EXPLOSIONS: ReadonlyMap<string, SubEventTypeId> = new Map([
  ['grenade', 'grenade'],
  ['projectile_rockets_mortars_rpgs_etc', 'shelling_artillery_missile_attack'],
  ['suicide_carried_bodily_by_human_being', 'suicide_bomb'],
  ['landmine', 'remote_explosive_landmine_ied'],
  ['letter_bomb', 'remote_explosive_landmine_ied'],
  ['pressure_trigger', 'remote_explosive_landmine_ied'],
  ['remote_trigger', 'remote_explosive_landmine_ied'],
  ['sticky_bomb', 'remote_explosive_landmine_ied'],
  ['time_fuse', 'remote_explosive_landmine_ied'],
  ['vehicle', 'remote_explosive_landmine_ied'],
])

type EventType = [event_type: EventTypeId | null, sub_event_type: SubEventTypeId | null]

/**
 * Derives the event type of an attack; null where GTD's attack type overlaps with several and neither target
 * nor weapon decides. docs/mappings.md has the rules as a table.
 */
export function classifyAttack(attack: Attack): EventType {
  const { type, targets, success, harmed } = attack
  if (attack.mixed) return [null, null]
  const explosive = attack.weapon.startsWith('explosives')
  const all = (kinds: readonly string[]) =>
    targets.length > 0 && targets.every((kind) => kinds.includes(kind))
  switch (type) {
    case 'bombing_explosion':
      return classifyExplosion(attack)
    case 'assassination':
      if (explosive) return classifyExplosion(attack)
      return all(UNARMED) ? ['violence_against_civilians', 'attack'] : [null, null]
    case 'armed_assault':
      if (explosive) return [null, null]
      if (all(ARMED)) return ['battles', null]
      return all(UNARMED) ? ['violence_against_civilians', 'attack'] : [null, null]
    case 'unarmed_assault':
      return attack.weapon === 'melee' && all(UNARMED)
        ? ['violence_against_civilians', 'attack']
        : [null, null]
    case 'hostage_taking_kidnapping':
      if (!all(UNARMED)) return [null, null]
      // With further violence, or as a mere attempt, an abduction has another sub-event type.
      return [
        'violence_against_civilians',
        success && harmed !== true ? 'abduction_forced_disappearance' : null,
      ]
    case 'facility_infrastructure_attack':
      return !explosive && success && harmed === false
        ? ['strategic_developments', 'looting_property_destruction']
        : [null, null]
    default:
      return [null, null]
  }
}

/** A bomb that did not explode was defused, which is another event type, or failed: GTD does not say which. */
function classifyExplosion({ success, suicide, armedTwice, subWeapon }: Attack): EventType {
  if (!success) return [null, null]
  if (suicide) return ['explosions_remote_violence', 'suicide_bomb']
  return ['explosions_remote_violence', armedTwice ? null : (EXPLOSIONS.get(subWeapon) ?? null)]
}
