import { OperatorError } from '../../../errors.ts'
import { BOUNDS, type Range } from '../../../figures/figure.schema.ts'
import { countWithParts, remainderOfGroup, sumRanges } from '../../../figures/rules.ts'
import { COUNTED, FIGURES } from '../../records/derived-rows.ts'
import type { Connection, SqlValue } from '../database/connection.ts'

/** An incident's counted columns. */
type CountedRow = { key: number; id: string } & Record<string, SqlValue>

/** A figure of each name; null where nobody said. */
type Figures = Record<string, Range | null>

/**
 * Finds out anew what remains of every group's figures once its parts are counted.
 * @throws OperatorError when a group is part of itself
 */
export function rebuildGroupRemainders(connection: Connection): void {
  connection.execute('DELETE FROM group_rests')
  const groups = new Groups(connection)
  const columns = ['incident_key', ...COUNTED]
  const sql = `INSERT INTO group_rests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  connection.runEach(
    sql,
    groups.ids.map((id) => [groups.keyOf(id), ...valuesOf(groups.restOf(id))]),
  )
}

/** What of them is not what it must be, a sentence each. */
export function checkGroupRemainders(connection: Connection): string[] {
  try {
    const groups = new Groups(connection)
    const expected = new Map(groups.ids.map((id) => [groups.keyOf(id), valuesOf(groups.restOf(id))]))
    const stored = connection.all<Record<string, SqlValue>>(
      `SELECT incident_key, ${COUNTED.join(', ')} FROM group_rests`,
    )
    const isSame =
      stored.length === expected.size &&
      stored.every(
        ({ incident_key, ...values }) =>
          JSON.stringify(Object.values(values)) === JSON.stringify(expected.get(Number(incident_key))),
      )
    return isSame ? [] : ['group_rests: what remains of groups differs from their figures and parts']
  } catch (error) {
    if (error instanceof OperatorError) return [`parts: ${error.message}`]
    throw error
  }
}

/** The groups that have parts, and what they and their parts count. */
class Groups {
  readonly #rows = new Map<string, CountedRow>()
  /** The ids of the parts of each group. */
  readonly #parts = new Map<string, string[]>()
  readonly #counted = new Map<string, Figures>()
  readonly #underWay = new Set<string>()

  constructor(connection: Connection) {
    const columns = ['key', 'id', ...COUNTED].map((column) => `incidents.${column}`).join(', ')
    const groups = connection.all<CountedRow>(
      `SELECT ${columns} FROM incidents WHERE id IN (SELECT whole_id FROM parts) AND kind = 'group'`,
    )
    for (const row of groups) this.#rows.set(row.id, row)
    const parts = connection.all<CountedRow & { whole_id: string }>(
      `SELECT whole_id, ${columns} FROM parts JOIN incidents ON incidents.key = incident_key
       WHERE whole_id IN (SELECT id FROM incidents WHERE kind = 'group')`,
    )
    for (const row of parts) {
      this.#rows.set(row.id, row)
      this.#parts.set(row.whole_id, [...(this.#parts.get(row.whole_id) ?? []), row.id])
    }
  }

  get ids(): string[] {
    return [...this.#parts.keys()]
  }

  keyOf(id: string): number {
    return this.#row(id).key
  }

  /** What a group adds to its parts. */
  restOf(id: string): Figures {
    const own = figuresOf(this.#row(id))
    const parts = this.#sumOfParts(id)
    return mapped(own, (figure, name) => figure && remainderOfGroup(figure, parts[name] ?? NONE))
  }

  /** What a record counts: its own figures, or as a group also its parts. */
  #countedOf(id: string): Figures {
    const known = this.#counted.get(id)
    if (known) return known
    if (this.#underWay.has(id))
      throw new OperatorError(`The group ${id} is part of itself: a group can only be part of another`)
    this.#underWay.add(id)
    const own = figuresOf(this.#row(id))
    const counted = this.#parts.has(id) ? this.#whole(own, this.#sumOfParts(id)) : own
    this.#underWay.delete(id)
    this.#counted.set(id, counted)
    return counted
  }

  #whole(own: Figures, parts: Figures): Figures {
    return mapped(own, (figure, name) =>
      figure ? countWithParts(figure, parts[name] ?? NONE) : (parts[name] ?? null),
    )
  }

  #sumOfParts(id: string): Figures {
    const parts = (this.#parts.get(id) ?? []).map((part) => this.#countedOf(part))
    const names = ['incident_count', ...FIGURES]
    return Object.fromEntries(
      names.map((name) => {
        const stated = parts.flatMap((part) => part[name] ?? [])
        return [name, stated.length > 0 ? sumRanges(stated) : null]
      }),
    )
  }

  #row(id: string): CountedRow {
    return this.#rows.get(id) as CountedRow
  }
}

const NONE: Range = { low: 0, best: 0, high: 0 }

/** The figures of a row; a number of attacks has no best of its own. */
function figuresOf(row: CountedRow): Figures {
  const figure = (name: string, best: string): Range | null => {
    const [low, stated, high] = [row[`${name}_low`], row[best], row[`${name}_high`]] as (number | null)[]
    return low === null || low === undefined ? null : { low, best: stated ?? low, high: high ?? null }
  }
  return {
    incident_count: figure('incident_count', 'incident_count_low'),
    ...Object.fromEntries(FIGURES.map((name) => [name, figure(name, `${name}_best`)])),
  }
}

/** The values of {@link COUNTED}. */
function valuesOf(figures: Figures): SqlValue[] {
  const count = figures.incident_count ?? NONE
  return [
    ...[count.low, count.high],
    ...FIGURES.flatMap((name) => BOUNDS.map((bound) => figures[name]?.[bound] ?? null)),
  ]
}

function mapped(figures: Figures, change: (figure: Range | null, name: string) => Range | null): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, change(figure, name)]))
}
