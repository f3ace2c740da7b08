import { OperatorError } from '../errors.ts'
import type { Range } from './figure.schema.ts'
import { countWithParts, subtractParts, sumRanges } from './rules.ts'

/** Figures by measure; null where no source states one. Records that are compared have the same measures. */
export type Figures = Readonly<Record<string, Range | null>>

/** A group or a part of one, with its own figures. */
export interface CountedRecord {
  id: string
  figures: Figures
}

const ZERO: Range = { low: 0, best: 0, high: 0 }

/**
 * Computes what each group's figures add to those of its parts, which may be groups themselves; by the id of the
 * group. Groups without parts are left out.
 * @throws OperatorError when a group is part of itself
 */
export function computeGroupRemainders(
  groups: readonly CountedRecord[],
  parts: readonly (CountedRecord & { groupId: string })[],
): Map<string, Figures> {
  const figuresById = new Map([...groups, ...parts].map(({ id, figures }) => [id, figures]))
  const partsById = new Map<string, string[]>()
  for (const { id, groupId } of parts) {
    const ids = partsById.get(groupId)
    if (ids) ids.push(id)
    else partsById.set(groupId, [id])
  }

  const counted = new Map<string, Figures>()
  const underWay = new Set<string>()
  const getFigures = (id: string) => figuresById.get(id) as Figures

  const sumParts = (id: string): Figures => {
    const figures = (partsById.get(id) ?? []).map(count)
    return mapFigures(getFigures(id), (_, measure) => {
      const stated = figures.flatMap((part) => part[measure] ?? [])
      return stated.length > 0 ? sumRanges(stated) : null
    })
  }

  /** The count of a record: its own figures, and of a group its parts too. */
  const count = (id: string): Figures => {
    const known = counted.get(id)
    if (known) return known
    if (underWay.has(id))
      throw new OperatorError(`The group ${id} is part of itself: a group can only be part of another`)
    underWay.add(id)
    const figures = partsById.has(id) ? addParts(getFigures(id), sumParts(id)) : getFigures(id)
    underWay.delete(id)
    counted.set(id, figures)
    return figures
  }

  return new Map(
    [...partsById.keys()].map((id) => {
      const sums = sumParts(id)
      return [
        id,
        mapFigures(getFigures(id), (own, measure) => own && subtractParts(own, sums[measure] ?? ZERO)),
      ]
    }),
  )
}

function addParts(own: Figures, sums: Figures): Figures {
  return mapFigures(own, (figure, measure) => {
    const sum = sums[measure] ?? null
    return figure ? countWithParts(figure, sum ?? ZERO) : sum
  })
}

function mapFigures(
  figures: Figures,
  change: (figure: Range | null, measure: string) => Range | null,
): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([measure, figure]) => [measure, change(figure, measure)]),
  )
}
