import { findCountriesByName } from '../../places/place.countries.ts'
import type { IncidentPlace, PlaceRecord } from '../../places/place.schema.ts'
import type { PlaceSpelling, PlaceStore } from '../../places/place.store.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import type { Where } from '../contract/draft.ts'
import type { KindStyle } from '../contract/kind-style.ts'
import type { PlaceReport } from '../contract/row-reader.ts'
import { CountryGazetteer, type Point } from './country-gazetteer.ts'
import { findMajorityDivision, type NamedTown } from './division-votes.ts'
import { findSuccessors } from './former-states.ts'
import { removeKind, townForms } from './kind-words.ts'

type Place = RecordInput<PlaceRecord>

/** A place of the gazetteer, or one that is created for the data set. */
interface ResolvedPlace {
  place: IncidentPlace
  /** Places that the gazetteer does not have, the outermost first. */
  created: Place[]
}

/** How a place was matched; the report prints these words. */
const MATCHES = [
  'by name and distance',
  'by name',
  'division only',
  'country only',
  'new',
  'new, the gazetteer having the name in another division',
] as const
type Match = (typeof MATCHES)[number]

/** A match of the place that rows name. */
interface Resolution extends ResolvedPlace {
  match: Match
  hasDivision: boolean
  /** Names of the row that the gazetteer does not have. */
  notFound: string[]
}

/** A division that rows name and that is not decided yet. */
interface NamedDivision {
  name: string
  towns: Map<string, NamedTown>
}

/** Decisions about the divisions of a country. */
interface Country {
  gazetteer: CountryGazetteer
  /** By folded name in the file. */
  divisions: Map<string, Place>
  /** The names of decided divisions as they are written: folding each again would be slow. */
  written: Set<string>
  /** Ids of divisions, each with the form of a name that they were found by. */
  forms: Set<string>
}

/** The area of records of which a data set does not say the country. */
const NOT_STATED = 'Country not stated'

/** No town is within this distance of a point in another division: the division of the point is certain. */
const SURROUNDING_KM = 25

/** Matches the places that a data set names with the gazetteer, and caches the matches. */
export class PlaceResolver {
  readonly #matches = Object.fromEntries(MATCHES.map((match) => [match, 0])) as Record<Match, number>
  #withoutDivision = 0
  #withoutTown = 0
  readonly #notFound = new Map<string, number>()
  readonly #areas = new Map<string, number>()
  readonly #resolved = new Map<string, Resolution>()
  readonly #countries = new Map<string, Country | null>()
  readonly #restored = new Set<string>()

  /**
   * @param style how the data set writes the kinds of places
   * @param redecides whether divisions that the data set added before are looked for in the gazetteer again
   */
  constructor(
    private readonly places: PlaceStore,
    private readonly dataset: string,
    private readonly style: KindStyle = 'named',
    private readonly redecides = false,
  ) {}

  get report(): PlaceReport {
    return {
      matches: this.#matches,
      withoutDivision: this.#withoutDivision,
      withoutTown: this.#withoutTown,
      notFound: this.#notFound,
      areas: this.#areas,
    }
  }

  /** The data set's spellings of places that the gazetteer has under other names. */
  get spellings(): PlaceSpelling[] {
    const gazetteers = new Set([...this.#countries.values()].map((country) => country?.gazetteer))
    return [...gazetteers].flatMap((gazetteer) => gazetteer?.spellings ?? [])
  }

  /**
   * Decides which divisions are meant by the rows that are resolved next. All rows that name one get the same: the
   * more of them are seen together, the more certain it is.
   */
  async prepare(rows: readonly Where[]): Promise<void> {
    const undecided = new Map<Country, Map<string, NamedDivision>>()
    for (const where of rows) {
      const { admin1, place, latitude, longitude } = where
      if (admin1 === null) continue
      const country = await this.#loadCountry(where)
      if (country.written.has(admin1)) continue
      const folded = fold(admin1)
      if (country.divisions.has(folded)) {
        country.written.add(admin1)
        continue
      }
      const divisions = undecided.get(country) ?? new Map<string, NamedDivision>()
      undecided.set(country, divisions)
      const division = divisions.get(folded) ?? { name: admin1, towns: new Map() }
      divisions.set(folded, division)
      const point = toPoint(latitude, longitude)
      // Without a name it is the point of the whole division.
      if (place !== null) division.towns.set(`${place} ${cellOf(where)}`, { name: place, point })
    }
    for (const [country, divisions] of undecided) await this.#decide(country, [...divisions.values()])
  }

  /** The place of a row; the rows were given to {@link prepare}. */
  async resolve(where: Where): Promise<ResolvedPlace> {
    const key = `${where.iso} ${where.country}\n${where.admin1}\n${where.place}\n${cellOf(where)}`
    let resolution = this.#resolved.get(key)
    if (!resolution) {
      if (where.admin1 !== null) await this.prepare([where])
      resolution = this.#match(where, await this.#loadCountry(where))
      // A place is created only once.
      this.#resolved.set(key, { ...resolution, created: [] })
    }
    this.#count(resolution)
    return resolution
  }

  /**
   * The places to create so that the place of an exported record exists under its id; null when its country is not
   * known.
   * @param stored those of the places that are in the database
   */
  async restore(
    { place, latitude, longitude }: PlacedRecord,
    stored: ReadonlySet<string>,
  ): Promise<readonly Place[] | null> {
    if (this.#restored.has(place.id)) return []
    const gazetteer = place.country_code
      ? (await this.#loadIsoCountry(place.country_code))?.gazetteer
      : this.#loadArea(place.area ?? place.name).gazetteer
    if (!gazetteer) return null
    this.#restored.add(place.id)
    return stored.has(place.id) ? [] : gazetteer.restore(place, toPoint(latitude, longitude))
  }

  #count({ match, hasDivision, place, notFound }: Resolution): void {
    this.#matches[match] += 1
    if (!hasDivision) this.#withoutDivision += 1
    if (place.city === null && place.district === null) this.#withoutTown += 1
    for (const name of notFound) increment(this.#notFound, name)
    if (place.area !== null) increment(this.#areas, place.area)
  }

  /** The gazetteer of the country that a row names; of an area, if ISO 3166-1 has no such country. */
  async #loadCountry(where: Where): Promise<Country> {
    const { iso, place, latitude, longitude } = where
    const name = where.country ?? NOT_STATED
    const known = (iso && (await this.#loadIsoCountry(iso))) || (await this.#loadIsoCountry(name))
    if (known) return known
    const successors = findSuccessors(name) ?? []
    const countries = (await Promise.all(successors.map((code) => this.#loadIsoCountry(code)))).flatMap(
      (country) => country ?? [],
    )
    if (successors.length === 1 && countries[0]) return countries[0]
    const point = toPoint(latitude, longitude)
    const holding = countries.filter(
      ({ gazetteer }) =>
        place !== null &&
        point !== null &&
        townForms(place).some((form) => gazetteer.findNearest(gazetteer.findTowns(form), point)),
    )
    return holding.length === 1 && holding[0] ? holding[0] : this.#loadArea(name)
  }

  /** The country of this code or name; null when ISO 3166-1 has none. */
  async #loadIsoCountry(name: string): Promise<Country | null> {
    const known = this.#countries.get(name)
    if (known !== undefined) return known
    const [scope] = await findCountriesByName(name, this.places, ['country'])
    let country: Country | null = null
    if (scope) {
      // Other names of the same country share what was matched and created.
      const same = [...this.#countries.values()].find((other) => other?.gazetteer.country.id === scope.id)
      country = same ?? {
        gazetteer: new CountryGazetteer(
          await this.places.gazetteer(scope.id),
          this.dataset,
          await this.places.spellings(this.dataset, scope.id),
        ),
        divisions: new Map(),
        written: new Set(),
        forms: new Set(),
      }
    }
    this.#countries.set(name, country)
    return country
  }

  #loadArea(name: string): Country {
    const key = `area ${fold(name)}`
    const country = this.#countries.get(key) ?? {
      gazetteer: CountryGazetteer.ofArea(name, this.dataset),
      divisions: new Map(),
      written: new Set(),
      forms: new Set(),
    }
    this.#countries.set(key, country)
    return country
  }

  /**
   * Decides about divisions. Two names of a file are two divisions, unless the gazetteer has both for one: `Kyiv City`
   * and `Kyiv` share only a form, `Kirkuk` and `At-Ta'mim` are both names of one. What has no name in common with the
   * gazetteer is the division that no other name means and where most of its towns are, or else the data set's own.
   */
  async #decide({ gazetteer, divisions, forms }: Country, named: readonly NamedDivision[]): Promise<void> {
    const decide = (name: string, place: Place, form: string) => {
      divisions.set(fold(name), gazetteer.spell(place, name))
      forms.add(`${place.id} ${form}`)
    }
    const open: NamedDivision[] = []
    for (const division of named) {
      const { name } = division
      const found = gazetteer.findDivision(name) ?? (await this.#findAdded(gazetteer, name))
      if (found) decide(name, found, fold(name))
      else open.push(division)
    }
    const ranked = open
      .map(({ name, towns }) => ({ name, majority: findMajorityDivision(gazetteer, [...towns.values()]) }))
      .sort((a, b) => (b.majority?.weight ?? 0) - (a.majority?.weight ?? 0))
    for (const { name, majority } of ranked) {
      const byForm = gazetteer.findDivisionByForm(name)
      const byTowns = majority && gazetteer.get(majority.divisionId)
      // Towns that lie elsewhere are stronger evidence than a form of the name.
      const isElsewhere = byTowns && byForm && byTowns.id !== byForm.place.id
      if (byForm && !isElsewhere && !forms.has(`${byForm.place.id} ${byForm.form}`))
        decide(name, byForm.place, byForm.form)
      else if (byTowns && ![...divisions.values()].includes(byTowns)) decide(name, byTowns, fold(name))
      else decide(name, this.#addDivision(gazetteer, name), fold(name))
    }
  }

  /** The division that the data set added under this name before. */
  async #findAdded(gazetteer: CountryGazetteer, text: string): Promise<Place | null> {
    if (this.redecides) return null
    const id = gazetteer.buildId(gazetteer.country, removeKind(text, this.style, 'division'), null)
    const stored = await this.places.existing([id])
    return stored.length > 0 ? this.#addDivision(gazetteer, text) : null
  }

  #addDivision(gazetteer: CountryGazetteer, text: string): Place {
    const name = removeKind(text, this.style, 'division')
    return gazetteer.create({ name, alias: text, kind: 'admin1', outer: gazetteer.country, point: null })
  }

  #match(where: Where, { gazetteer, divisions }: Country): Resolution {
    const { admin1, place, latitude, longitude } = where
    const point = toPoint(latitude, longitude)
    const named = admin1 === null ? null : (divisions.get(fold(admin1)) ?? null)
    const notFound = named?.dataset === this.dataset ? [named.name] : []
    const result = (found: Place, match: Match): Resolution => ({
      place: gazetteer.describe(found),
      created: gazetteer.takeCreated(found),
      match,
      hasDivision: gazetteer.divisionOf(found) !== null,
      notFound,
    })
    if (place === null) return result(named ?? gazetteer.country, named ? 'division only' : 'country only')
    let isElsewhere = false
    for (const form of gazetteer.hasTowns ? townForms(place) : []) {
      const candidates = gazetteer.findTowns(form)
      const inside = named
        ? candidates.filter((candidate) => gazetteer.divisionOf(candidate) === named.id)
        : candidates
      const near = point && gazetteer.findNearest(inside, point)
      if (near) return result(gazetteer.spell(near, place), 'by name and distance')
      const [only, ...others] = inside
      // Without a point the name must be unique in the division, or else in the country.
      if (only && others.length === 0 && (!point || only.latitude === null))
        return result(gazetteer.spell(only, place), 'by name')
      isElsewhere ||= inside.length < candidates.length
    }
    notFound.push(place)
    const name = removeKind(place, this.style)
    const outer = named ?? (point && findSurroundingDivision(gazetteer, point)) ?? gazetteer.country
    const created = gazetteer.spell(
      gazetteer.create({ name, alias: place, kind: 'city', outer, point }),
      place,
    )
    return result(created, isElsewhere ? 'new, the gazetteer having the name in another division' : 'new')
  }
}

/** A record as far as its place is concerned. */
interface PlacedRecord {
  place: IncidentPlace
  latitude: number | null
  longitude: number | null
}

/** The division of a point, if all towns of the gazetteer around it are in one; else null. */
function findSurroundingDivision(gazetteer: CountryGazetteer, point: Point): Place | null {
  const around = gazetteer.findTownsAround(point, SURROUNDING_KM)
  const [id, ...others] = new Set(around.map(({ town }) => gazetteer.divisionOf(town)))
  return (id && others.length === 0 && gazetteer.get(id)) || null
}

function toPoint(latitude: number | null, longitude: number | null): Point | null {
  return latitude === null || longitude === null ? null : { latitude, longitude }
}

/** The point of a row to about a kilometre, as a text. */
function cellOf({ latitude, longitude }: Where): string {
  return latitude === null || longitude === null ? '' : `${latitude.toFixed(2)} ${longitude.toFixed(2)}`
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
