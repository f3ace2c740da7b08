import { TERM_FIELDS, type TermField } from '../../../terms/term.store.ts'
import { fold } from '../../../text/fold.ts'
import type { Connection } from '../database/connection.ts'

/** The values of an indexed column, each by one step in the index. */
const distinctValues = (column: string, from: string) => `WITH RECURSIVE found (value) AS (
    SELECT min(${column}) FROM ${from} WHERE ${column} IS NOT NULL
    UNION ALL SELECT (SELECT min(${column}) FROM ${from} WHERE ${column} > value) FROM found WHERE value IS NOT NULL)`

/** SQL of the conflicts or dyads: the id, and the name as the latest record writes it. */
const namedTerms = (field: 'conflict' | 'dyad') => {
  const from = `incidents INDEXED BY incidents_by_${field}`
  return `${distinctValues(`${field}_id`, from)}
    SELECT value AS id, (SELECT document ->> '$.${field}.name' FROM documents WHERE key =
      (SELECT max(key) FROM ${from} WHERE ${field}_id = value)) AS name
    FROM found WHERE value IS NOT NULL`
}

/** SQL of the terms of each field; of a weapon the name is a list that has it. */
const TERMS: Readonly<Record<TermField, string>> = {
  conflict: namedTerms('conflict'),
  dyad: namedTerms('dyad'),
  weapon: `${distinctValues('weapon', 'incident_weapons INDEXED BY incident_weapons_by_weapon')}
    SELECT value AS id, (SELECT document ->> '$.weapons' FROM documents WHERE key =
      (SELECT max(incident_key) FROM incident_weapons WHERE weapon = value)) AS name
    FROM found WHERE value IS NOT NULL`,
}

/** Collects the conflicts, dyads and weapons of all incidents. */
export function rebuildTerms(connection: Connection): void {
  connection.execute('DELETE FROM terms')
  const rows = TERM_FIELDS.flatMap((field) =>
    connection.all<{ id: string; name: string }>(TERMS[field]).map(({ id, name }) => {
      const shown = field === 'weapon' ? findWeapon(name, id) : name
      return [field, id, shown, fold(shown)]
    }),
  )
  connection.runEach('INSERT INTO terms (field, id, name, folded) VALUES (?, ?, ?, ?)', rows)
}

/** The weapon of a list whose folded name this is, as it is written there. */
function findWeapon(list: string, folded: string): string {
  return (JSON.parse(list) as string[]).find((weapon) => fold(weapon) === folded) ?? folded
}
