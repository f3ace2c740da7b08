import {
  EVENT_TYPES,
  type EventTypeId,
  type SubEventTypeId,
  TAXONOMY,
} from '../../event-types/event-type.schema.ts'
import type { Cells } from '../contract/cells.ts'
import { foldColumn } from '../contract/columns.ts'
import type { DraftActor } from '../contract/draft.ts'

/** An event type with its sub-event type; null: the data set does not say. */
export interface EventTypes {
  event_type: EventTypeId | null
  sub_event_type: SubEventTypeId | null
}

/** The event types of ACLED's code books before March 2019, by folded name, with the sub-event type that the name implies. */
const BEFORE_2019: Readonly<Record<string, readonly [EventTypeId, SubEventTypeId | null]>> = {
  battle_no_change_of_territory: ['battles', 'armed_clash'],
  battle_government_regains_territory: ['battles', 'government_regains_territory'],
  battle_non_state_actor_overtakes_territory: ['battles', 'non_state_actor_overtakes_territory'],
  battle_non_state_actors_overtake_territory: ['battles', 'non_state_actor_overtakes_territory'],
  remote_violence: ['explosions_remote_violence', null],
  headquarters_or_base_established: ['strategic_developments', 'headquarters_or_base_established'],
  non_violent_transfer_of_territory: ['strategic_developments', 'non_violent_transfer_of_territory'],
  non_violent_activity_by_a_conflict_actor: ['strategic_developments', null],
  strategic_development: ['strategic_developments', null],
}

/** One type until 2019; only the kinds of actor decide which of today's two it is. */
const RIOTS_PROTESTS = 'riots_protests'

/** Reads `event_type` and `sub_event_type` by the names of the current and the older code books. */
export function readAcledEventType(cells: Cells, kinds: readonly DraftActor['kind'][]): EventTypes {
  // The folded names of the code book are the ids of the taxonomy.
  const name = foldColumn(cells.required('event_type'))
  if (name === '') return { event_type: null, sub_event_type: null }
  if (name === RIOTS_PROTESTS) {
    const riots = kinds.includes('rioters') ? 'riots' : null
    return { event_type: riots ?? (kinds.includes('protesters') ? 'protests' : null), sub_event_type: null }
  }
  const known = Object.hasOwn(BEFORE_2019, name) ? BEFORE_2019[name] : undefined
  const event_type = known?.[0] ?? EVENT_TYPES.find((type) => type === name)
  if (!event_type) {
    const names = [...EVENT_TYPES, RIOTS_PROTESTS, ...Object.keys(BEFORE_2019)]
    cells.addError('event_type', `must be an event type of an ACLED codebook: ${names.join(', ')}`)
    return { event_type: null, sub_event_type: null }
  }
  return { event_type, sub_event_type: readSubEventType(cells, event_type, known?.[1] ?? null) }
}

function readSubEventType(
  cells: Cells,
  type: EventTypeId,
  implied: SubEventTypeId | null,
): SubEventTypeId | null {
  const name = foldColumn(cells.text('sub_event_type'))
  if (name === '') return implied
  // ACLED itself uses both spellings.
  const wanted = name.replace('protestors', 'protesters')
  const subTypes: readonly SubEventTypeId[] = TAXONOMY[type]
  const sub = subTypes.find((id) => id === wanted)
  if (!sub) cells.addError('sub_event_type', `must be a sub-event type of ${type}: ${subTypes.join(', ')}`)
  return sub ?? null
}
