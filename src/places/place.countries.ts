import { MAX_ISSUES } from '../errors.ts'
import type { NameResolver } from '../http/requests/name-resolution.ts'
import { fold } from '../text/fold.ts'
import { quoteValue } from '../text/value-list.ts'
import { findCountryByNumber, suggestScheme } from './country-codes.ts'
import { listCountryForms } from './country-forms.ts'
import type { PlaceKind } from './place.schema.ts'
import { findBelowCountry } from './place.scopes.ts'
import type { PlaceScope, PlaceStore } from './place.store.ts'

const KINDS: readonly PlaceKind[] = ['country', 'area']

/** Names that find more, or something else, than they may be meant for, with what to say then. */
const AMBIGUOUS: ReadonlyMap<string, { message: string; suggestions: string[] }> = new Map(
  [
    {
      names: ['Congo'],
      message: '"Congo" is the Republic of the Congo (CG) in ISO 3166-1; the Democratic Republic is CD.',
      suggestions: ['CD'],
    },
    {
      names: [
        'West Bank',
        'Gaza',
        'Gaza Strip',
        'غزة',
        'قطاع غزة',
        'الضفة الغربية',
        'Cisjordanie',
        'Bande de Gaza',
      ],
      message:
        'ISO 3166-1 has the West Bank and Gaza as one country, Palestine (PS): records of both are found.',
      suggestions: ['PS'],
    },
  ].flatMap(({ names, ...hint }) => names.map((name) => [fold(name), hint] as const)),
)

/**
 * Finds countries by a code of ISO 3166-1 (alpha-2, alpha-3, numeric), M49 or Gleditsch and Ward, by id or by name,
 * and areas by id or name; an error for one that is unknown.
 * @param hasOtherLevels whether the request may filter by city and division instead
 */
export async function resolveCountries(
  given: readonly string[] | undefined,
  places: PlaceStore,
  resolver: NameResolver,
  { hasOtherLevels = false } = {},
): Promise<PlaceScope[] | undefined> {
  const known = new Map<string, Promise<PlaceScope[]>>()
  const find = (text: string) => {
    const found = known.get(text) ?? findCountries(text, places)
    known.set(text, found)
    return found
  }
  const countries = given && (await joinInverted(given, find, resolver))
  for (const name of countries ?? []) {
    const hint = AMBIGUOUS.get(fold(name))
    if (hint) resolver.advise({ parameter: 'country', ...hint })
  }
  return resolver.resolveOrFail(
    'country',
    countries,
    find,
    async (text) => {
      const scheme = suggestScheme(text)
      if (scheme) return [scheme]
      const below = hasOtherLevels ? await findBelowCountry(text, places) : null
      const similar = (await places.findSimilar(text, KINDS, resolver.caller)).map(({ name }) =>
        quoteValue(name),
      )
      if (!below) return similar
      // A misspelt country, such as Columbia, is the name of some town in a gazetteer of the world.
      return below.isRecorded ? [below.query, ...similar] : [...similar, below.query]
    },
    'a country: give an ISO 3166-1 code (IQ, IRQ, 368), a number of Gleditsch and Ward as gw:645, or a name, such as Iraq',
  )
}

async function findCountries(text: string, places: PlaceStore): Promise<PlaceScope[]> {
  const alpha2 = findCountryByNumber(text)
  const known = await places.scope(alpha2 ? `iso3166:${alpha2}` : text)
  if (known && KINDS.includes(known.kind)) return [known]
  return findCountriesByName(text, places, KINDS)
}

/** Finds countries, or areas too, by a name in any of its forms. */
export async function findCountriesByName(
  text: string,
  places: Pick<PlaceStore, 'findByName'>,
  kinds: readonly PlaceKind[],
): Promise<PlaceScope[]> {
  for (const form of listCountryForms(text)) {
    const found = await places.findByName(form, kinds)
    if (found.length > 0) return found
  }
  return []
}

/**
 * Joins two neighbouring values that are one inverted name with an unquoted comma, such as `Korea` and `Republic of`:
 * only where they make a known name together and do not both name something alone. A hint says so. Of many unknown
 * values the first are returned.
 */
async function joinInverted(
  given: readonly string[],
  find: (text: string) => Promise<readonly unknown[]>,
  resolver: NameResolver,
): Promise<string[]> {
  const isKnown = async (text: string) => (await find(text)).length > 0
  const values: string[] = []
  let unknown = 0
  for (const value of given) {
    // The request fails with these.
    if (unknown > MAX_ISSUES) break
    const previous = values.at(-1)
    const joined = `${previous}, ${value}`
    const isOne =
      previous !== undefined &&
      !((await isKnown(previous)) && (await isKnown(value))) &&
      (await isKnown(joined))
    if (!isOne) {
      if (previous !== undefined && !(await isKnown(previous))) unknown += 1
      values.push(value)
      continue
    }
    values.splice(-1, 1, joined)
    resolver.advise({
      parameter: 'country',
      message: `"${joined}" was read as one name: quote a value that contains a comma.`,
      suggestions: [`"${joined}"`],
    })
  }
  return values
}
