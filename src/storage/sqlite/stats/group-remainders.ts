import { OperatorError } from '../../../errors.ts'
import { BOUNDS, type Range } from '../../../figures/figure.schema.ts'
import {
  type CountedRecord,
  computeGroupRemainders,
  type Figures,
} from '../../../figures/group-remainders.ts'
import { COUNTED, FIGURES } from '../../records/derived-rows.ts'
import type { SqlValue } from '../../sql/fragment.ts'
import type { Connection } from '../database/connection.ts'

/** An incident's counted columns. */
type CountedRow = { key: number; id: string } & Record<string, SqlValue>

/**
 * Recomputes the table of group remainders.
 * @throws OperatorError when a group is part of itself
 */
export function rebuildGroupRemainders(connection: Connection): void {
  connection.execute('DELETE FROM group_rests')
  const columns = ['incident_key', ...COUNTED]
  const sql = `INSERT INTO group_rests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  connection.runEach(
    sql,
    computeRows(connection).map(([key, values]) => [key, ...values]),
  )
}

/** Problems of the stored group remainders, a sentence each. */
export function checkGroupRemainders(connection: Connection): string[] {
  try {
    const expected = new Map(computeRows(connection))
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

/** The key of each group that has parts, and the values of {@link COUNTED} of its remainder. */
function computeRows(connection: Connection): [key: number, values: SqlValue[]][] {
  const columns = ['key', 'id', ...COUNTED].map((column) => `incidents.${column}`).join(', ')
  const groups = connection.all<CountedRow>(
    `SELECT ${columns} FROM incidents WHERE id IN (SELECT whole_id FROM parts) AND kind = 'group'`,
  )
  const parts = connection.all<CountedRow & { whole_id: string }>(
    `SELECT whole_id, ${columns} FROM parts JOIN incidents ON incidents.key = incident_key
     WHERE whole_id IN (SELECT id FROM incidents WHERE kind = 'group')`,
  )
  const remainders = computeGroupRemainders(
    groups.map(toCountedRecord),
    parts.map((row) => ({ ...toCountedRecord(row), groupId: row.whole_id })),
  )
  const keys = new Map(groups.map(({ key, id }) => [id, key]))
  return [...remainders].map(([id, figures]) => [Number(keys.get(id)), toValues(figures)])
}

function toCountedRecord(row: CountedRow): CountedRecord {
  const range = (name: string, best: string): Range | null => {
    const [low, stated, high] = [row[`${name}_low`], row[best], row[`${name}_high`]] as (number | null)[]
    return low === null || low === undefined ? null : { low, best: stated ?? low, high: high ?? null }
  }
  return {
    id: row.id,
    figures: {
      // A number of attacks has no best.
      incident_count: range('incident_count', 'incident_count_low'),
      ...Object.fromEntries(FIGURES.map((name) => [name, range(name, `${name}_best`)])),
    },
  }
}

function toValues(figures: Figures): SqlValue[] {
  const { low, high } = figures.incident_count ?? { low: 0, high: 0 }
  return [...[low, high], ...FIGURES.flatMap((name) => BOUNDS.map((bound) => figures[name]?.[bound] ?? null))]
}
