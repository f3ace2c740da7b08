import {
  type Bounds,
  bounds,
  circleMarker,
  divIcon,
  type LatLngExpression,
  type Layer,
  type Map as LeafletMap,
  layerGroup,
  marker,
  popup,
} from 'leaflet'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { CasualtySum } from '../../stats/stats.schema.ts'
import { near } from './cells.ts'
import { rangeText } from '../shared/range.tsx'
import { days, number, STRINGS } from '../shared/strings.ts'
import { colour } from '../shared/theme.ts'

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
      const { records, killed } = cluster
      const radius = 9 + 12 * Math.sqrt(Math.log1p(records) / Math.log1p(most))
      const [west, south, east, north] = cluster.bounds
      const text = [
        STRINGS.zoomIn(records),
        ...killed.map(
          ({ dataset, sum }) => `${dataset && `${dataset}: `}${STRINGS.killed} ${rangeText(sum)}`,
        ),
      ]
      return labelled(withinCell(cluster, radius, map), radius, short(records), 'cluster', text).on(
        'click',
        () => {
          if (map.getZoom() === map.getMaxZoom()) onClosest(cluster.bounds.join())
          else
            map.fitBounds([
              [south, near(west, map.getCenter().lng)],
              [north, near(east, map.getCenter().lng)],
            ])
        },
      )
    }),
  ).addTo(map)
  return () => {
    layer.remove()
  }
}

/** The position of a cluster, or as near as a mark can be that stays in its cell: so no mark lies over another. */
function withinCell(cluster: Cluster, radius: number, map: LeafletMap): LatLngExpression {
  const [west, south, east, north] = cluster.bounds
  const longitude = (degrees: number) => near(degrees, map.getCenter().lng)
  const { x, y } = map.project(positionOf(cluster, map))
  const [left, right] = [map.project([0, longitude(west)]).x, map.project([0, longitude(east)]).x]
  const [top, bottom] = [map.project([north, 0]).y, map.project([south, 0]).y]
  return map.unproject([between(x, left + radius, right - radius), between(y, top + radius, bottom - radius)])
}

function between(value: number, least: number, most: number): number {
  return least > most ? (least + most) / 2 : Math.min(Math.max(value, least), most)
}

/** Draws each place with its records: sized by the killed, coloured by what happened. */
export function drawPlaces(
  map: LeafletMap,
  places: readonly RecordsAt[],
  onOpen: (id: string) => void,
): () => void {
  const layer = layerGroup([
    ...namesOf(places, map),
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

/** Where a name stands, seen from its place: a class of the style sheet, and the corner of its box in its size. */
const SIDES = [
  { side: 'below end', x: 0, y: 0 },
  { side: 'above end', x: 0, y: -1 },
  { side: 'below start', x: -1, y: 0 },
  { side: 'above start', x: -1, y: -1 },
]
/** The size of a name on the map in pixels: of a letter, and of the line. */
const [LETTER, LINE] = [7, 20]

/** The names of places, each once, where there is room for them. */
function namesOf(places: readonly RecordsAt[], map: LeafletMap): Layer[] {
  const taken: Bounds[] = []
  const named = new Set<string>()
  return places.flatMap((place) => {
    const name = place.records[0]?.place.name ?? ''
    if (named.has(name)) return []
    const at = positionOf(place, map)
    const { x, y } = map.project(at)
    const width = 12 + LETTER * name.length
    for (const { side, ...corner } of SIDES) {
      const [left, top] = [x + corner.x * width, y + corner.y * LINE]
      const box = bounds([left, top], [left + width, top + LINE])
      if (taken.some((other) => other.overlaps(box))) continue
      taken.push(box)
      named.add(name)
      return nameAt(at, name, side)
    }
    return []
  })
}

function nameAt(at: LatLngExpression, name: string, side: string) {
  const label = document.createElement('bdi')
  label.textContent = name
  const icon = divIcon({ className: `place-name ${side}`, html: label, iconSize: [0, 0] })
  return marker(at, { icon, interactive: false, keyboard: false })
}

/** A round mark with a text in it. */
function labelled(at: LatLngExpression, radius: number, text: string, className: string, tooltip: string[]) {
  const size = Math.round(2 * radius)
  const label = document.createElement('span')
  label.textContent = text
  const icon = divIcon({ className, html: label, iconSize: [size, size] })
  const mark = marker(at, { icon, zIndexOffset: size * 1000 }).bindTooltip(content(tooltip))
  // A name has what is seen, for people who say it to their machine: "3.21K" is not in "3,210 records".
  const name = tooltip.join(', ')
  const named = name.startsWith(`${text} `) ? name : `${text}: ${name}`
  return mark.on('add', () => mark.getElement()?.setAttribute('aria-label', named))
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
