import type { IncidentDetail } from '../incidents/incident.schema.ts'
import type { Provenance } from '../incidents/provenance.schema.ts'
import { distanceKm } from '../places/distance.ts'
import { PLACE_KINDS, type Place } from '../places/place.schema.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { parse } from '../records.ts'
import { fold } from '../text/fold.ts'
import { foldColumn } from './contract/columns.ts'
import { divisionForms, townForms } from './places/kind-words.ts'
import { recogniseImporter } from './registry.ts'

type Cell = Provenance['columns'][number]

const BY_CLAIMS = 'From the claims that each figure names, by the rule in ARCHITECTURE.md, "Figures".'

/** Explains how the figures, dates, place and precision of an incident came about. */
export async function explainIncident(incident: IncidentDetail, places: PlaceStore): Promise<Provenance[]> {
  const { original } = incident
  const importer = original && recogniseImporter(Object.keys(original))
  if (!original || !importer)
    return [
      { property: 'fatalities', columns: [], rule: BY_CLAIMS, match: null },
      { property: 'place', columns: [], rule: 'As its data set has it.', match: null },
    ]
  const readCells = (columns: readonly string[]): Cell[] =>
    Object.entries(original)
      .filter(([column]) => columns.includes(foldColumn(column)))
      .map(([column, value]) => ({ column, value }))
  const { origins, derivations } = importer
  const names = ['where.place', 'where.admin1', 'where.country'].flatMap((name) => origins[name] ?? [])
  return [
    ...Object.entries(derivations).map(([property, { columns, rule }]) => ({
      property,
      columns: readCells(columns),
      rule,
      match: null,
    })),
    {
      property: 'place',
      columns: readCells([...names, 'latitude', 'longitude']),
      rule: 'The first-level division that the file names, then the town within it by name and distance; a name that no gazetteer has becomes a place of the data set.',
      match: await explainPlace(incident, readCells(origins['where.place'] ?? []), places),
    },
  ]
}

async function explainPlace(
  { place, latitude, longitude, dataset }: IncidentDetail,
  named: readonly Cell[],
  places: PlaceStore,
): Promise<Provenance['match']> {
  const found = await places.get(place.id)
  if (!found) return null
  const stored = parse(found)
  const hasPoints =
    latitude !== null && longitude !== null && stored.latitude !== null && stored.longitude !== null
  const distance_km = hasPoints
    ? Number(
        distanceKm({ latitude, longitude }, stored as { latitude: number; longitude: number }).toFixed(1),
      )
    : null
  const how = await findMatch(
    stored,
    dataset,
    named.map(({ value }) => value),
    places,
  )
  return { how, name: place.name, distance_km }
}

async function findMatch(
  place: Place,
  dataset: string,
  named: readonly string[],
  places: PlaceStore,
): Promise<NonNullable<Provenance['match']>['how']> {
  if (place.dataset === dataset) return 'created'
  if (place.kind === 'country' || place.kind === 'area') return 'country'
  if (place.kind === 'admin1') return 'division'
  const known = new Set([place.name, ...place.aliases].map(fold))
  if (named.some((name) => fold(name) === fold(place.name))) return 'exact'
  if (named.some((name) => known.has(fold(name)))) return 'alias'
  const forms = named.flatMap((name) => [...townForms(name), ...divisionForms(name)])
  if (forms.some((form) => known.has(form))) return 'form'
  for (const name of named) {
    const spelled = await places.findByName(name, PLACE_KINDS)
    if (spelled.some(({ id }) => id === place.id)) return 'alias'
  }
  return 'form'
}
