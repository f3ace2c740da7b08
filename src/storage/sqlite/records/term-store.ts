import type { TermField, TermStore } from '../../../terms/term.store.ts'
import { fold } from '../../../text/fold.ts'
import { suggest } from '../../../text/suggest.ts'
import type { Connection } from '../database/connection.ts'
import type { QueryClient } from '../database/query-client.ts'

/** The conflicts, dyads and weapons of incidents in SQLite. */
export class SqliteTermStore implements TermStore {
  constructor(
    private readonly connection: Connection,
    private readonly queries: QueryClient,
  ) {}

  async findByName(field: TermField, name: string): Promise<string[]> {
    return this.connection
      .all<{ id: string }>(
        'SELECT id FROM terms WHERE field = ? AND (id = ? OR folded = ?) ORDER BY id',
        field,
        name,
        fold(name),
      )
      .map(({ id }) => id)
  }

  findSimilar: TermStore['findSimilar'] = (field, name, caller) =>
    this.queries.run('similarTerms', { field, name }, caller)
}

/** Finds ids and names like an unknown one; see `TermStore.findSimilar`. */
export function findSimilarTerms(connection: Connection, field: TermField, name: string): string[] {
  const terms = connection.all<{ id: string; name: string; folded: string }>(
    'SELECT id, name, folded FROM terms WHERE field = ?',
    field,
  )
  // A bare number is an id without the scheme that it is of.
  const ids = terms.filter(({ id }) => id.endsWith(`:${name}`)).map(({ id }) => id)
  const names = new Map(terms.map((term) => [term.folded, term.name]))
  const near = suggest(fold(name), names.keys()).flatMap((folded) => names.get(folded) ?? [])
  return [...ids, ...near].slice(0, 3)
}
