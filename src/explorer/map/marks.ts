import {
  circleMarker,
  divIcon,
  type LatLngExpression,
  type Map as LeafletMap,
  layerGroup,
  marker,
  popup,
} from 'leaflet'
import type { Incident } from '../../incidents/incident.schema.ts'
import { formatCompact, formatDays, formatNumber } from '../shared/format.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'
import { readColour } from '../shared/theme.ts'
import { unwrapLongitude } from './cells.ts'
import type { Cluster } from './clusters.ts'
import { createPlaceNames } from './place-names.ts'

/** The fields of a record that the map uses. */
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

/** The records at one position. */
export interface PositionGroup {
  latitude: number
  longitude: number
  records: PlacedRecord[]
}

/** Groups records by position; those without coordinates are left out. */
export function groupByPosition(records: readonly PlacedRecord[]): PositionGroup[] {
  const groups = new Map<string, PositionGroup>()
  for (const record of records) {
    const { latitude, longitude } = record
    if (latitude === null || longitude === null) continue
    const key = `${latitude} ${longitude}`
    const group = groups.get(key) ?? { latitude, longitude, records: [] }
    group.records.push(record)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/**
 * Draws clusters and returns a function that removes them. A click zooms to the cluster; at the closest zoom it calls
 * `onMaxZoom` with the `bbox` of the cluster.
 */
export function drawClusters(
  map: LeafletMap,
  clusters: readonly Cluster[],
  onMaxZoom: (bbox: string) => void,
): () => void {
  const max = Math.max(...clusters.map(({ records }) => records))
  const layer = layerGroup(
    clusters.map((cluster) => {
      const { records, killed } = cluster
      const radius = 9 + 12 * Math.sqrt(Math.log1p(records) / Math.log1p(max))
      const [west, south, east, north] = cluster.bounds
      const tooltip = [
        STRINGS.zoomIn(records),
        ...killed.map(
          ({ dataset, sum }) => `${dataset && `${dataset}: `}${STRINGS.killed} ${formatRange(sum)}`,
        ),
      ]
      const position = keepInCell(cluster, radius, map)
      return createMark(position, radius, formatCompact(records), 'cluster', tooltip).on('click', () => {
        if (map.getZoom() === map.getMaxZoom()) onMaxZoom(cluster.bounds.join())
        else
          map.fitBounds([
            [south, unwrapLongitude(west, map.getCenter().lng)],
            [north, unwrapLongitude(east, map.getCenter().lng)],
          ])
      })
    }),
  ).addTo(map)
  return () => {
    layer.remove()
  }
}

/** Moves the position of a cluster as far into its cell as its mark needs: marks then never overlap. */
function keepInCell(cluster: Cluster, radius: number, map: LeafletMap): LatLngExpression {
  const [west, south, east, north] = cluster.bounds
  const longitude = (degrees: number) => unwrapLongitude(degrees, map.getCenter().lng)
  const { x, y } = map.project(toLatLng(cluster, map))
  const [left, right] = [map.project([0, longitude(west)]).x, map.project([0, longitude(east)]).x]
  const [top, bottom] = [map.project([north, 0]).y, map.project([south, 0]).y]
  return map.unproject([clamp(x, left + radius, right - radius), clamp(y, top + radius, bottom - radius)])
}

/** Limits a value to a range; the middle of the range where `min` is greater than `max`. */
function clamp(value: number, min: number, max: number): number {
  return min > max ? (min + max) / 2 : Math.min(Math.max(value, min), max)
}

/**
 * Draws the records of each position and returns a function that removes them. A single record is a circle, sized by
 * the killed and coloured by event type; several are a ring with their number that opens a list.
 */
export function drawRecords(
  map: LeafletMap,
  groups: readonly PositionGroup[],
  onOpen: (id: string) => void,
): () => void {
  const names = groups.map((group) => ({
    name: group.records[0]?.place.name ?? '',
    position: toLatLng(group, map),
  }))
  const layer = layerGroup([
    ...createPlaceNames(names, map),
    ...groups.map((group) => {
      const { records } = group
      const position = toLatLng(group, map)
      const [only, ...others] = records
      if (only && others.length === 0) {
        const type = only.event_type ?? 'unknown'
        return circleMarker(position, {
          radius: 5 + Math.min(2 * Math.sqrt(only.fatalities?.best ?? 0), 25),
          weight: 1.5,
          color: readColour('--outline'),
          fillColor: readColour(`--${type}`),
          fillOpacity: 0.8,
        })
          .bindTooltip(createTooltip([describeRecord(only)]))
          .on('click', () => onOpen(only.id))
      }
      const tooltip = [STRINGS.recordsHere(records.length)]
      return createMark(position, 12, formatNumber(records.length), 'stack', tooltip).on('click', () =>
        // Not bound to the mark: opening it may move the map, which draws the marks again.
        popup({ maxHeight: 220 })
          .setLatLng(toLatLng(group, map))
          .setContent(createList(records, onOpen))
          .openOn(map),
      )
    }),
  ]).addTo(map)
  return () => {
    layer.remove()
  }
}

function toLatLng(
  { latitude, longitude }: { latitude: number; longitude: number },
  map: LeafletMap,
): LatLngExpression {
  return [latitude, unwrapLongitude(longitude, map.getCenter().lng)]
}

function createMark(
  position: LatLngExpression,
  radius: number,
  text: string,
  className: string,
  tooltip: string[],
) {
  const size = Math.round(2 * radius)
  const label = document.createElement('span')
  label.textContent = text
  const icon = divIcon({ className, html: label, iconSize: [size, size] })
  const mark = marker(position, { icon, zIndexOffset: size * 1000 }).bindTooltip(createTooltip(tooltip))
  // The accessible name contains the visible text (WCAG 2.5.3), so "3.21K" is added to "3,210 records".
  const name = tooltip.join(', ')
  const accessibleName = name.startsWith(`${text} `) ? name : `${text}: ${name}`
  return mark.on('add', () => mark.getElement()?.setAttribute('aria-label', accessibleName))
}

/** Creates elements, not HTML: texts of records are untrusted. */
function createTooltip(lines: readonly string[]): HTMLElement {
  const box = document.createElement('div')
  for (const line of lines) {
    const item = document.createElement('bdi')
    item.textContent = line
    box.append(item, document.createElement('br'))
  }
  return box
}

function describeRecord({
  title,
  place,
  date_start,
  date_end,
  fatalities,
  event_type,
}: PlacedRecord): string {
  const name = title ?? STRINGS.eventTypeNames[event_type ?? 'unknown']
  return `${name}, ${place.name}, ${formatDays(date_start, date_end)}: ${STRINGS.killed} ${formatRange(fatalities)}`
}

function createList(records: readonly PlacedRecord[], onOpen: (id: string) => void): HTMLElement {
  const list = document.createElement('ul')
  list.className = 'popup-list'
  for (const record of records) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'link'
    button.dir = 'auto'
    button.textContent = describeRecord(record)
    button.addEventListener('click', () => onOpen(record.id))
    const item = document.createElement('li')
    item.append(button)
    list.append(item)
  }
  return list
}
