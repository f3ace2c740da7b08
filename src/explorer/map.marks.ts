import {
  circleMarker,
  divIcon,
  type LatLngExpression,
  type Map as LeafletMap,
  layerGroup,
  marker,
  popup,
} from 'leaflet'
import type { Incident } from '../incidents/incident.schema.ts'
import type { CasualtySum } from '../stats/stats.schema.ts'
import { near } from './cells.ts'
import { rangeText } from './figure.tsx'
import { days, number, STRINGS } from './strings.ts'
import { colour } from './theme.ts'

/** The records of a cell. */
export interface Cluster {
  bounds: readonly [west: number, south: number, east: number, north: number]
  latitude: number
  longitude: number
  records: number
  /** The killed of each data set: their sums are never added. */
  killed: { dataset: string; sum: CasualtySum }[]
}

/** What the map needs of a record. */
export type PlacedRecord = Pick<
  Incident,
  | 'id'
  | 'title'
  | 'date_start'
  | 'date_end'
  | 'latitude'
  | 'longitude'
  | 'event_type'
  | 'fatalities'
  | 'place'
>

/** Records at one position. */
export interface RecordsAt {
  latitude: number
  longitude: number
  records: PlacedRecord[]
}

/** Records by their positions. */
export function placesOf(records: readonly PlacedRecord[]): RecordsAt[] {
  const places = new Map<string, RecordsAt>()
  for (const record of records) {
    const { latitude, longitude } = record
    if (latitude === null || longitude === null) continue
    const key = `${latitude} ${longitude}`
    const place = places.get(key) ?? { latitude, longitude, records: [] }
    place.records.push(record)
    places.set(key, place)
  }
  return [...places.values()]
}

/** Draws clusters; one that is chosen is zoomed to, and on the closest view becomes the filter. */
export function drawClusters(
  map: LeafletMap,
  clusters: readonly Cluster[],
  onClosest: (bbox: string) => void,
): () => void {
  const most = Math.max(...clusters.map(({ records }) => records))
  const layer = layerGroup(
    clusters.map((cluster) => {
      const { records, killed, bounds } = cluster
      const radius = 9 + 12 * Math.sqrt(Math.log1p(records) / Math.log1p(most))
      const [west, south, east, north] = bounds
      const text = [
        STRINGS.zoomIn(records),
        ...killed.map(
          ({ dataset, sum }) => `${dataset && `${dataset}: `}${STRINGS.killed} ${rangeText(sum)}`,
        ),
      ]
      return labelled(positionOf(cluster, map), radius, short(records), 'cluster', text).on('click', () => {
        if (map.getZoom() === map.getMaxZoom()) onClosest(bounds.join())
        else
          map.fitBounds([
            [south, near(west, map.getCenter().lng)],
            [north, near(east, map.getCenter().lng)],
          ])
      })
    }),
  ).addTo(map)
  return () => {
    layer.remove()
  }
}

/** Places up to which each is named on the map. */
const FEW_NAMES = 25

/** Draws each place with its records: sized by the killed, coloured by what happened. */
export function drawPlaces(
  map: LeafletMap,
  places: readonly RecordsAt[],
  onOpen: (id: string) => void,
): () => void {
  const names = places.length > FEW_NAMES ? [] : namesOf(places)
  const layer = layerGroup([
    ...names.map((place) => nameAt(positionOf(place, map), place.name)),
    ...places.map((place) => {
      const { records } = place
      const [only, ...others] = records
      if (only && others.length === 0) {
        const type = only.event_type ?? 'unknown'
        return circleMarker(positionOf(place, map), {
          radius: 5 + Math.min(2 * Math.sqrt(only.fatalities?.best ?? 0), 25),
          weight: 1.5,
          color: colour('--outline'),
          fillColor: colour(`--${type}`),
          fillOpacity: 0.8,
        })
          .bindTooltip(content([textOf(only)]))
          .on('click', () => onOpen(only.id))
      }
      return labelled(positionOf(place, map), 12, number(records.length), 'pile', [
        STRINGS.here(records.length),
      ]).on('click', () =>
        // By itself on the map: the marks are drawn anew when it makes room for the list.
        popup({ maxHeight: 220 })
          .setLatLng(positionOf(place, map))
          .setContent(listOf(records, onOpen))
          .openOn(map),
      )
    }),
  ]).addTo(map)
  return () => {
    layer.remove()
  }
}

function positionOf(
  { latitude, longitude }: { latitude: number; longitude: number },
  map: LeafletMap,
): LatLngExpression {
  return [latitude, near(longitude, map.getCenter().lng)]
}

/** The first position of each place, by its name. */
function namesOf(places: readonly RecordsAt[]) {
  const named = new Map<string, { latitude: number; longitude: number; name: string }>()
  for (const { latitude, longitude, records } of places) {
    const name = records[0]?.place.name ?? ''
    if (!named.has(name)) named.set(name, { latitude, longitude, name })
  }
  return [...named.values()]
}

function nameAt(at: LatLngExpression, name: string) {
  const label = document.createElement('bdi')
  label.textContent = name
  const icon = divIcon({ className: 'place-name', html: label, iconSize: [0, 0] })
  return marker(at, { icon, interactive: false, keyboard: false })
}

/** A round mark with a text in it. */
function labelled(at: LatLngExpression, radius: number, text: string, className: string, tooltip: string[]) {
  const size = Math.round(2 * radius)
  const label = document.createElement('span')
  label.textContent = text
  const icon = divIcon({ className, html: label, iconSize: [size, size] })
  const mark = marker(at, { icon, zIndexOffset: size * 1000 }).bindTooltip(content(tooltip))
  return mark.on('add', () => mark.getElement()?.setAttribute('aria-label', tooltip.join(', ')))
}

/** Lines as elements: what records say is never read as HTML. */
function content(lines: readonly string[]): HTMLElement {
  const box = document.createElement('div')
  for (const line of lines) {
    const item = document.createElement('bdi')
    item.textContent = line
    box.append(item, document.createElement('br'))
  }
  return box
}

function textOf({ title, place, date_start, date_end, fatalities, event_type }: PlacedRecord): string {
  const name = title ?? STRINGS.eventTypeNames[event_type ?? 'unknown']
  return `${name}, ${place.name}, ${days(date_start, date_end)}: ${STRINGS.killed} ${rangeText(fatalities)}`
}

function listOf(records: readonly PlacedRecord[], onOpen: (id: string) => void): HTMLElement {
  const list = document.createElement('ul')
  list.className = 'popup-list'
  for (const record of records) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'link'
    button.dir = 'auto'
    button.textContent = textOf(record)
    button.addEventListener('click', () => onOpen(record.id))
    const item = document.createElement('li')
    item.append(button)
    list.append(item)
  }
  return list
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

function short(value: number): string {
  return SHORT.format(value)
}
