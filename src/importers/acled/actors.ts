import type { Cells } from '../contract/cells.ts'
import { distinctActors } from '../distinct-actors.ts'
import type { DraftActor } from '../contract/draft.ts'
import { foldColumn } from '../contract/importer.ts'
import type { EventTypes } from './event-types.ts'

type Kind = DraftActor['kind']

/** `inter1` and `inter2`: numbers until September 2024, names since; names of older code books beside them. */
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

/** The kind of the actor of a side. */
export function acledKind(cells: Cells, column: string): Kind {
  const code = foldColumn(cells.text(column).replace(/\.0+$/, ''))
  if (Object.hasOwn(KINDS, code)) return KINDS[code] as Kind
  cells.refuse(column, 'must be a number from 0 to 8 or an actor type of the ACLED codebook')
  return 'unknown'
}

/**
 * Both sides with those who act beside them. The code book gives no direction to actor 1 and actor 2, so
 * that roles are told only of violence that by its definition is one-sided.
 */
export function acledActors(cells: Cells, kinds: readonly [Kind, Kind], types: EventTypes): DraftActor[] {
  const oneSided =
    types.event_type === 'violence_against_civilians' ||
    types.event_type === 'explosions_remote_violence' ||
    types.sub_event_type === 'excessive_force_against_protesters' ||
    cells.text('civilian_targeting') !== ''
  const roles = oneSided ? direction(kinds) : (['other', 'other'] as const)
  cells.required('actor1')
  const side = (index: 0 | 1): DraftActor[] => {
    const number = index + 1
    const role = roles[index]
    const named = listed(cells, `actor${number}`).map((name) => ({ name, kind: kinds[index] }))
    // Their kind is not coded.
    const beside = [`assoc_actor_${number}`, `ally_actor_${number}`].flatMap((column) =>
      listed(cells, column).map((name) => ({ name, kind: 'unknown' as const })),
    )
    return [...named, ...beside].map(({ name, kind }) => ({
      name,
      kind,
      role,
      attribution: role !== 'perpetrator' ? null : /^unidentified\b/i.test(name) ? 'unknown' : 'reported',
    }))
  }
  return distinctActors([...side(0), ...side(1)])
}

/** Unarmed people are the target on whichever side they stand; between others, actor 1 acts on actor 2. */
function direction([first, second]: readonly [Kind, Kind]): readonly [
  DraftActor['role'],
  DraftActor['role'],
] {
  const unarmed = (kind: Kind) => kind === 'civilians' || kind === 'protesters'
  return unarmed(first) && !unarmed(second) ? ['target', 'perpetrator'] : ['perpetrator', 'target']
}

/** The parts of a cell that holds several, separated by semicolons. */
export function listed(cells: Cells, column: string): string[] {
  return cells
    .text(column)
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
}
