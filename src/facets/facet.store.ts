import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Caller } from '../records.ts'
import type { Facet, FacetField } from './facet.schema.ts'

/** A query for counts: of which fields, among which records. */
export interface FacetQuery {
  filter: IncidentFilter
  fields: readonly FacetField[]
  /** Maximum number of values of each field. */
  limit: number
}

/** Counts of values. */
export interface FacetStore {
  /**
   * Counts the values of fields among matching records, the most frequent first.
   * @throws ServiceError overloaded when too many queries are waiting, or this one takes too long
   */
  facets(query: FacetQuery, caller?: Caller): Promise<{ facets: Omit<Facet, 'parameter'>[]; records: number }>
}
