import type { Cells } from '../contract/cells.ts'
import { distinctActors } from '../distinct-actors.ts'
import type { DraftActor } from '../contract/draft.ts'
import { foldColumn } from '../contract/importer.ts'
import { flag, known } from './cells.ts'
import { TARGET_KINDS } from './codes.ts'

/** Columns of each perpetrator: the group, whether it claimed the attack, whether it is only suspected. */
const PERPETRATORS = [
  ['gname', 'claimed', 'guncertain1'],
  ['gname2', 'claim2', 'guncertain2'],
  ['gname3', 'claim3', 'guncertain3'],
] as const

/** The groups held responsible and the targets, each once. */
export function gtdActors(cells: Cells): DraftActor[] {
  cells.required('gname')
  return distinctActors([
    ...PERPETRATORS.flatMap((columns) => perpetrator(cells, columns)),
    ...[1, 2, 3].flatMap((index) => target(cells, index)),
  ])
}

function perpetrator(cells: Cells, [name, claimed, uncertain]: (typeof PERPETRATORS)[number]): DraftActor[] {
  const [claims, suspected] = [flag(cells, claimed), flag(cells, uncertain)]
  const group = cells.text(name)
  if (group === '') return []
  const attribution = (): DraftActor['attribution'] => {
    if (/^unknown$/i.test(group)) return 'unknown'
    if (claims) return 'claimed'
    return suspected ? 'suspected' : 'reported'
  }
  // GTD does not tell rebels from militias.
  return [{ name: group, kind: 'unknown', role: 'perpetrator', attribution: attribution() }]
}

/** What was attacked, by the narrowest name that there is. */
function target(cells: Cells, index: number): DraftActor[] {
  const type = known(cells, `targtype${index}_txt`)
  const name = known(cells, `target${index}`) ?? known(cells, `corp${index}`) ?? type
  const code = foldColumn(type ?? '')
  const kind = Object.hasOwn(TARGET_KINDS, code) ? TARGET_KINDS[code] : undefined
  return name === null ? [] : [{ name, kind: kind ?? 'unknown', role: 'target', attribution: null }]
}

/** The weapons with their subtypes, each once: `Explosives: Grenade`. */
export function gtdWeapons(cells: Cells): string[] {
  const all = [1, 2, 3, 4].flatMap((index) => {
    const type = known(cells, `weaptype${index}_txt`)
    const subtype = cells.text(`weapsubtype${index}_txt`)
    if (type === null) return []
    return [subtype === '' || /^unknown\b/i.test(subtype) ? type : `${type}: ${subtype}`]
  })
  return [...new Set(all)]
}
