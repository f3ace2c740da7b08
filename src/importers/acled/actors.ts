import type { Cells } from '../contract/cells.ts'
import { foldColumn } from '../contract/columns.ts'
import { type DraftActor, distinctActors } from '../contract/draft.ts'
import type { EventTypes } from './event-types.ts'

type Kind = DraftActor['kind']

/** `inter1` and `inter2`: numbers until September 2024, names since; also the names of older code books. */
const KINDS: Readonly<Record<string, Kind>> = {
  '': 'unknown',
  0: 'unknown',
  1: 'state_forces',
  2: 'rebel_group',
  3: 'political_militia',
  4: 'identity_militia',
  5: 'rioters',
  6: 'protesters',
  7: 'civilians',
  8: 'external_other_forces',
  state_forces: 'state_forces',
  rebel_group: 'rebel_group',
  rebel_groups: 'rebel_group',
  political_militia: 'political_militia',
  political_militias: 'political_militia',
  identity_militia: 'identity_militia',
  identity_militias: 'identity_militia',
  communal_militia: 'identity_militia',
  communal_militias: 'identity_militia',
  rioters: 'rioters',
  protesters: 'protesters',
  protestors: 'protesters',
  civilians: 'civilians',
  external_other_forces: 'external_other_forces',
  other_forces: 'external_other_forces',
}

/** Reads the kind of the actor of one side. */
export function readAcledKind(cells: Cells, column: string): Kind {
  const code = foldColumn(cells.whole(column))
  if (Object.hasOwn(KINDS, code)) return KINDS[code] as Kind
  cells.addError(column, 'must be a number from 0 to 8 or an actor type of the ACLED codebook')
  return 'unknown'
}

/**
 * Reads both sides with their associated actors. The code book gives no direction to actor 1 and actor 2, so
 * roles are set only for violence that is one-sided by definition.
 */
export function readAcledActors(cells: Cells, kinds: readonly [Kind, Kind], types: EventTypes): DraftActor[] {
  const oneSided =
    types.event_type === 'violence_against_civilians' ||
    types.event_type === 'explosions_remote_violence' ||
    types.sub_event_type === 'excessive_force_against_protesters' ||
    cells.text('civilian_targeting') !== ''
  const roles = oneSided ? assignRoles(kinds) : (['other', 'other'] as const)
  cells.required('actor1')
  const side = (index: 0 | 1): DraftActor[] => {
    const number = index + 1
    const role = roles[index]
    const main = splitList(cells, `actor${number}`).map((name) => ({ name, kind: kinds[index] }))
    // Their kind is not coded.
    const associated = [`assoc_actor_${number}`, `ally_actor_${number}`].flatMap((column) =>
      splitList(cells, column).map((name) => ({ name, kind: 'unknown' as const })),
    )
    return [...main, ...associated].map(({ name, kind }) => ({
      name,
      kind,
      role,
      attribution: role !== 'perpetrator' ? null : /^unidentified\b/i.test(name) ? 'unknown' : 'reported',
    }))
  }
  return distinctActors([...side(0), ...side(1)])
}

/** Unarmed people are the target, on either side; between others, actor 1 acts on actor 2. */
function assignRoles([first, second]: readonly [Kind, Kind]): readonly [
  DraftActor['role'],
  DraftActor['role'],
] {
  const unarmed = (kind: Kind) => kind === 'civilians' || kind === 'protesters'
  return unarmed(first) && !unarmed(second) ? ['target', 'perpetrator'] : ['perpetrator', 'target']
}

/** Splits a cell that holds several values, separated by semicolons. */
export function splitList(cells: Cells, column: string): string[] {
  return cells
    .text(column)
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
}
