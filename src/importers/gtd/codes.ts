import type { DraftActor } from '../contract/draft.ts'

/** `targtype1_txt` by folded name (GTD Codebook): the kind of target, in ACLED's actor types. */
export const TARGET_KINDS: Readonly<Record<string, DraftActor['kind']>> = {
  police: 'state_forces',
  military: 'state_forces',
  // Rebels or militias: GTD does not distinguish them.
  terrorists_non_state_militia: 'unknown',
  violent_political_party: 'political_militia',
  abortion_related: 'civilians',
  airports_aircraft: 'civilians',
  business: 'civilians',
  educational_institution: 'civilians',
  food_or_water_supply: 'civilians',
  // ACLED counts officials who bear no arms as civilians.
  government_diplomatic: 'civilians',
  government_general: 'civilians',
  journalists_media: 'civilians',
  maritime: 'civilians',
  ngo: 'civilians',
  private_citizens_property: 'civilians',
  religious_figures_institutions: 'civilians',
  telecommunication: 'civilians',
  tourists: 'civilians',
  transportation: 'civilians',
  utilities: 'civilians',
  other: 'unknown',
  unknown: 'unknown',
}

/** `country_txt` where ISO 3166-1 has another name for the country. */
export const COUNTRIES: Readonly<Record<string, string>> = {
  'Bosnia-Herzegovina': 'BIH',
  Brunei: 'BRN',
  'East Timor': 'TLS',
  'Falkland Islands': 'FLK',
  Macau: 'MAC',
  Macedonia: 'MKD',
  Moldova: 'MDA',
  'Slovak Republic': 'SVK',
  'St. Kitts and Nevis': 'KNA',
  'St. Lucia': 'LCA',
  Swaziland: 'SWZ',
  Syria: 'SYR',
  'Vatican City': 'VAT',
  'West Bank and Gaza Strip': 'PSE',
}

/**
 * `country_txt` of states that no longer exist, with their successor in the Gleditsch–Ward list; the record's
 * description keeps the name.
 */
export const FORMER_COUNTRIES: Readonly<Record<string, string>> = {
  Czechoslovakia: 'CZE',
  'East Germany (GDR)': 'DEU',
  'New Hebrides': 'VUT',
  'North Yemen': 'YEM',
  "People's Republic of the Congo": 'COG',
  Rhodesia: 'ZWE',
  'Serbia-Montenegro': 'SRB',
  'South Vietnam': 'VNM',
  'South Yemen': 'YEM',
  'Soviet Union': 'RUS',
  'West Germany (FRG)': 'DEU',
  Yugoslavia: 'SRB',
  Zaire: 'COD',
}
