/** Incidents with their documents. */
export const INCIDENTS_WITH_DOCUMENTS = 'incidents JOIN documents ON documents.key = incidents.key'

/** Documents by a JSON array of their keys, in its order: the cross join keeps that. */
export const DOCUMENTS_BY_KEYS = 'json_each(?) AS wanted CROSS JOIN documents ON documents.key = wanted.value'

/** The documents of the incidents that a group or reported total includes, by its id. */
export const PARTS_OF_WHOLE = `SELECT document FROM ${INCIDENTS_WITH_DOCUMENTS} JOIN parts ON incident_key = incidents.key
  WHERE whole_id = ? ORDER BY incident_key`
