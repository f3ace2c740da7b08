import { createRequire } from 'node:module'
import type { PlaceRecord } from '../places/place.schema.ts'
import type { RecordInput } from '../storage/contract/storage.ts'
import { MORE_NAMES } from './country-names.ts'

// Required: the package is CommonJS, and importing its JSON files warns on Node 20.
const require = createRequire(import.meta.url)
const iso3166 = require('i18n-iso-countries') as typeof import('i18n-iso-countries')

/** The languages in which countries are found by name: those of the United Nations. */
const LANGUAGES = ['en', 'ar', 'es', 'fr', 'ru', 'zh']

/** Names of i18n-iso-countries that ISO 3166-1 has for another country: Congo alone is the Republic of the Congo. */
const WRONG_NAMES: Readonly<Record<string, string>> = { CD: 'Congo' }

/** The code of Kosovo that the World Bank, the European Union and most data sets use; ISO 3166-1 has none for it. */
const KOSOVO_ALPHA3 = 'XKX'

/** Builds a place for every country of ISO 3166-1, with its English name and its names in other languages as aliases. */
export function listCountries(): RecordInput<PlaceRecord>[] {
  for (const language of LANGUAGES)
    iso3166.registerLocale(require(`i18n-iso-countries/langs/${language}.json`))
  return Object.entries(iso3166.getAlpha2Codes()).map(([alpha2, alpha3]) => {
    const listed = LANGUAGES.flatMap((language) => iso3166.getName(alpha2, language, { select: 'all' }) ?? [])
    const names = new Set([...listed, ...(MORE_NAMES[alpha2]?.split('; ') ?? [])])
    names.delete(WRONG_NAMES[alpha2] ?? '')
    const [name = alpha2, ...aliases] = names
    return {
      id: `iso3166:${alpha2}`,
      dataset: 'iso3166',
      name,
      aliases,
      kind: 'country',
      parent_id: null,
      country_code: alpha2,
      country_code3: alpha2 === 'XK' ? KOSOVO_ALPHA3 : alpha3,
      admin1_code: null,
      geonames_id: null,
      latitude: null,
      longitude: null,
    }
  })
}
