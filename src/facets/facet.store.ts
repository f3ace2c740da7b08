import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Facet, FacetField } from './facet.schema.ts'

/** Which values to count, of which records. */
export interface FacetQuery {
  filter: IncidentFilter
  fields: readonly FacetField[]
  /** At most so many values of each field. */
  limit: number
}

/** Counts of values. */
export interface FacetStore {
  /**
   * The values of fields among matching records, the most frequent first.
   * @throws ServiceError overloaded when too many questions are waiting
   */
  facets(query: FacetQuery): Promise<{ facets: Omit<Facet, 'parameter'>[]; records: number }>
}
