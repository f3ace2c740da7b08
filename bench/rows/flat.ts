/** The page of one place's records as everybody writes it. */
export const FLAT_PAGE =
  'SELECT * FROM incidents WHERE place_id = ? ORDER BY date_start DESC, id DESC LIMIT ? OFFSET ?'

/** The question for it to peers/sqlite.mjs. */
export function flatPath(place: string): string {
  return `/?v=${encodeURIComponent(place)}&v=50&v=0`
}
