import { circleMarker, type Map as LeafletMap, layerGroup, popup } from 'leaflet'
import type { Incident } from '../../incidents/incident.schema.ts'
import { formatDays, formatNumber } from '../shared/format.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'
import { readColour } from '../shared/theme.ts'
import { createMark, createTooltip, toLatLng } from './mark.ts'
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
interface PositionGroup {
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
