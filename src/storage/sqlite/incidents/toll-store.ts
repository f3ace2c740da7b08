import type { Claim } from '../../../figures/claim.schema.ts'
import type { Incident } from '../../../incidents/incident.schema.ts'
import { parse, type SerializedJson, type Slice, type SliceRequest, serialize } from '../../../records.ts'
import type { SourceRecord } from '../../../sources/source.schema.ts'
import { addAccount } from '../../../tolls/toll.account.ts'
import type { Toll, TollRecord } from '../../../tolls/toll.schema.ts'
import type { TollFilter, TollStore } from '../../../tolls/toll.store.ts'
import { clausesOf, oneOf } from '../../sql/fragment.ts'
import { within } from '../../sql/incident-conditions.ts'
import type { Connection } from '../database/connection.ts'
import { PARTS_OF_WHOLE } from '../records/document-sql.ts'
import { readSlice } from '../records/keyset.ts'
import { nearestIds } from '../records/nearest-ids.ts'

/** Reported totals in SQLite. */
export class SqliteTollStore implements TollStore {
  constructor(private readonly connection: Connection) {}

  async list(filter: TollFilter, request: SliceRequest): Promise<Slice<Toll>> {
    const where = clausesOf<TollFilter>(
      {
        city: within,
        place: within,
        admin1: within,
        country: within,
        dataset: (ids) => oneOf('dataset', ids),
        date_from: (day) => ({ sql: 'date_end >= ?', values: [day] }),
        date_to: (day) => ({ sql: 'date_start <= ?', values: [day] }),
      },
      filter,
    )
    const ordering = { columns: ['tolls.key'], isDescending: true }
    const { records, ...rest } = readSlice<TollRecord>(
      this.connection,
      { select: 'document, dataset', from: 'tolls', where, ordering },
      request,
    )
    return { records: records.map((record) => serialize(this.#withAccount(parse(record)))), ...rest }
  }

  async get(id: string): ReturnType<TollStore['get']> {
    const found = this.connection.get<{
      document: SerializedJson<TollRecord>
      claims: SerializedJson<Claim[]>
    }>('SELECT document, claims FROM tolls WHERE id = ?', id)
    if (!found) return null
    const toll = parse(found.document)
    const { sql, values } = oneOf('id', toll.source_ids)
    const sources = this.connection.all<{ document: SerializedJson<SourceRecord> }>(
      `SELECT document FROM sources WHERE ${sql} ORDER BY key`,
      ...values,
    )
    return serialize({
      ...this.#withAccount(toll),
      claims: parse(found.claims),
      sources: sources.map(({ document }) => parse(document)),
    })
  }

  async nearestIds(id: string): Promise<string[]> {
    return nearestIds(this.connection, 'tolls', id)
  }

  #withAccount(toll: TollRecord): Toll {
    const incidents = this.connection.all<{ document: SerializedJson<Incident> }>(PARTS_OF_WHOLE, toll.id)
    return addAccount(
      toll,
      incidents.map(({ document }) => parse(document)),
    )
  }
}
