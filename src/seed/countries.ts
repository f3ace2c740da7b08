import { createRequire } from 'node:module'
import type { PlaceRecord } from '../places/place.schema.ts'
import type { RecordInput } from '../storage/contract/storage.ts'

// Required: the package is CommonJS, and importing its JSON files warns on Node 20.
const require = createRequire(import.meta.url)
const iso3166 = require('i18n-iso-countries') as typeof import('i18n-iso-countries')

/** The languages in which countries are found by name: those of the United Nations. */
const LANGUAGES = ['en', 'ar', 'es', 'fr', 'ru', 'zh']

/** Names in data sets and news that ISO 3166-1 does not list, including former names. */
const COMMON_NAMES: Readonly<Record<string, readonly string[]>> = {
  BA: ['Bosnia-Herzegovina'],
  BN: ['Brunei'],
  BQ: ['Caribbean Netherlands'],
  CD: ['DR Congo', 'Democratic Republic of Congo', 'DR Congo (Zaire)', 'Zaire'],
  CG: ['Republic of Congo'],
  FK: ['Falkland Islands'],
  GB: ['Britain'],
  GG: ['Bailiwick of Guernsey'],
  JE: ['Bailiwick of Jersey'],
  KH: ['Cambodia (Kampuchea)'],
  MD: ['Moldova'],
  MF: ['Saint-Martin'],
  MG: ['Madagascar (Malagasy)'],
  MK: ['Macedonia', 'Macedonia, FYR'],
  MM: ['Burma', 'Myanmar (Burma)'],
  MO: ['Macau'],
  PS: ['West Bank and Gaza Strip'],
  RO: ['Rumania'],
  RS: ['Serbia (Yugoslavia)'],
  RU: ['Russia (Soviet Union)'],
  SX: ['Sint Maarten'],
  SY: ['Syria'],
  SZ: ['Swaziland', 'Kingdom of eSwatini (Swaziland)'],
  TL: ['East Timor'],
  VA: ['Vatican City'],
  VN: ['Viet Nam', 'Vietnam (North Vietnam)'],
  YE: ['Yemen (North Yemen)'],
  ZW: ['Zimbabwe (Rhodesia)'],
}

/** Builds a place for every country of ISO 3166-1, with its English name and its names in other languages as aliases. */
export function listCountries(): RecordInput<PlaceRecord>[] {
  for (const language of LANGUAGES)
    iso3166.registerLocale(require(`i18n-iso-countries/langs/${language}.json`))
  return Object.entries(iso3166.getAlpha2Codes()).map(([alpha2, alpha3]) => {
    const names = LANGUAGES.flatMap((language) => iso3166.getName(alpha2, language, { select: 'all' }) ?? [])
    const [name = alpha2, ...aliases] = [...new Set([...names, ...(COMMON_NAMES[alpha2] ?? [])])]
    return {
      id: `iso3166:${alpha2}`,
      dataset: 'iso3166',
      name,
      aliases,
      kind: 'country',
      parent_id: null,
      country_code: alpha2,
      country_code3: alpha3,
      admin1_code: null,
      geonames_id: null,
      latitude: null,
      longitude: null,
    }
  })
}
