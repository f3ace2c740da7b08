import type { Cells } from '../contract/cells.ts'
import { foldColumn } from '../contract/columns.ts'
import { type DraftActor, distinctActors } from '../contract/draft.ts'
import { readFlag, readKnown } from './cells.ts'
import { TARGET_KINDS } from './codes.ts'

/** Columns of each perpetrator: the group, whether it claimed the attack, whether it is only suspected. */
const PERPETRATORS = [
  ['gname', 'claimed', 'guncertain1'],
  ['gname2', 'claim2', 'guncertain2'],
  ['gname3', 'claim3', 'guncertain3'],
] as const

/** Reads the groups held responsible and the targets, each once. */
export function readGtdActors(cells: Cells): DraftActor[] {
  cells.required('gname')
  return distinctActors([
    ...PERPETRATORS.flatMap((columns) => readPerpetrator(cells, columns)),
    ...[1, 2, 3].flatMap((index) => readTarget(cells, index)),
  ])
}

function readPerpetrator(
  cells: Cells,
  [name, claimed, uncertain]: (typeof PERPETRATORS)[number],
): DraftActor[] {
  const [claims, suspected] = [readFlag(cells, claimed), readFlag(cells, uncertain)]
  const group = cells.text(name)
  if (group === '') return []
  const attribution = (): DraftActor['attribution'] => {
    if (/^unknown$/i.test(group)) return 'unknown'
    if (claims) return 'claimed'
    return suspected ? 'suspected' : 'reported'
  }
  // GTD does not distinguish rebels from militias.
  return [{ name: group, kind: 'unknown', role: 'perpetrator', attribution: attribution() }]
}

/** Reads a target by its most specific name. */
function readTarget(cells: Cells, index: number): DraftActor[] {
  const type = readKnown(cells, `targtype${index}_txt`)
  const name = readKnown(cells, `target${index}`) ?? readKnown(cells, `corp${index}`) ?? type
  const code = foldColumn(type ?? '')
  const kind = Object.hasOwn(TARGET_KINDS, code) ? TARGET_KINDS[code] : undefined
  return name === null ? [] : [{ name, kind: kind ?? 'unknown', role: 'target', attribution: null }]
}

/** Reads the weapons with their subtypes, each once: `Explosives: Grenade`. */
export function readGtdWeapons(cells: Cells): string[] {
  const all = [1, 2, 3, 4].flatMap((index) => {
    const type = readKnown(cells, `weaptype${index}_txt`)
    const subtype = cells.text(`weapsubtype${index}_txt`)
    if (type === null) return []
    return [subtype === '' || /^unknown\b/i.test(subtype) ? type : `${type}: ${subtype}`]
  })
  return [...new Set(all)]
}
