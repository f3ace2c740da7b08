import { isCalendarDate } from '../../validation/calendar.ts'

/** Parameters that say nothing of the request: of campaigns and of caches. */
const IGNORED = /^(utm_\w+|fbclid|gclid|_)$/

/** Whether a parameter is ignored, wherever it is sent. */
export function isIgnored(name: string): boolean {
  return IGNORED.test(name)
}

/**
 * Our parameters with those that mean the same in the APIs of ACLED, UCDP, HDX HAPI and Datasette, and elsewhere; of
 * each only letters and digits, in lower case.
 */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  actor: 'actor1 actor2 actors actorname sidea sideb perpetrator gname',
  admin1: 'adm1 admin1code admin1name governorate province state',
  bbox: 'boundingbox bounds extent geography',
  city: 'adm3 admin3 district location locationname locality place1 placename town village',
  country: 'countrycode countryiso countryiso2 countryiso3 countryname iso iso2 iso3 locationcode nation',
  cursor: 'offset page pageno pagenumber skip',
  dataset: 'collection datasetid resource',
  date_from: 'begindate datemin datestart from mindate since startdate starttime',
  date_to: 'dateend datemax enddate endtime maxdate to until',
  deaths_max: 'deathslte fatalitieslte fatalitiesmax maxdeaths maxfatalities',
  deaths_min: 'deathsgte fatalitiesgte fatalitiesmin mindeaths minfatalities',
  event_type: 'attacktype eventtypes typeofviolence',
  fields: 'col columns select',
  format: 'fmt mimetype output outputformat',
  id: 'dataid eventid eventidcnty ids',
  limit: 'maxresults pagesize perpage rows size top',
  near: 'coordinates geopoint lat latitude lng lon long longitude point',
  q: 'fulltext keyword keywords notes query search searchtext term text',
  radius_km: 'distance distancekm km radius',
  sort: 'order orderby ordering sortby sortdesc sortorder',
  source: 'publisher sources',
  total: 'count counts includetotal',
  updated_since: 'lastmodified modifiedsince timestamp updatedafter',
}

const OURS = new Map(
  Object.entries(FOREIGN_NAMES).flatMap(([ours, names]) =>
    names.split(' ').map((name) => [name, ours] as const),
  ),
)

/** What to say of parameters that have no counterpart of their own, where a name alone would not do. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  cursor: 'the next page begins at cursor, which is page.next of the page before',
  near: 'near takes latitude,longitude, together with radius_km',
}

/** What a parameter of another API is called here. */
export interface Counterpart {
  /** The parameter, or with the values that the given one asks for, such as `date_from=2017-01-01`. */
  suggestion: string
  explanation?: string
}

/**
 * Finds what an unknown parameter means in other APIs.
 * @param known the parameters that the endpoint has
 * @returns null where it means none of them, undefined where it is not a parameter of other APIs
 */
export function findCounterpart(
  name: string,
  value: string,
  known: readonly string[],
): Counterpart | null | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const suggestion = suggestWithValue(plain, value.trim())
  if (suggestion && known.includes(/^\w+/.exec(suggestion)?.[0] ?? '')) return { suggestion }
  const ours = OURS.get(plain)
  if (ours === undefined) return suggestion === null ? undefined : null
  if (!known.includes(ours)) return null
  const explanation = EXPLANATIONS[ours]
  return { suggestion: ours, ...(explanation && { explanation }) }
}

/** Parameters whose value is written differently here, or in two parameters. */
function suggestWithValue(name: string, value: string): string | null {
  switch (name) {
    case 'year':
    case 'iyear':
      return /^\d{4}$/.test(value) ? `date_from=${value}-01-01&date_to=${value}-12-31` : 'date_from'
    case 'date':
    case 'eventdate':
    case 'day':
      return isCalendarDate(value) ? `date_from=${value}&date_to=${value}` : 'date_from'
    case 'deaths':
    case 'fatalities':
    case 'killed':
    case 'nkill':
      return /^\d+$/.test(value) ? `deaths_min=${value}&deaths_max=${value}` : 'deaths_min'
    case 'countryid':
    case 'gwno':
      return /^\d+$/.test(value) ? `country=gw:${value}` : 'country'
    default:
      return null
  }
}
