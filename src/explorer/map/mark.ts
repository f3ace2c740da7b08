import { divIcon, type LatLngExpression, type Map as LeafletMap, type Marker, marker } from 'leaflet'
import { unwrapLongitude } from './cells.ts'

/** Converts a position to the copy of the world that is in view. */
export function toLatLng(
  { latitude, longitude }: { latitude: number; longitude: number },
  map: LeafletMap,
): LatLngExpression {
  return [latitude, unwrapLongitude(longitude, map.getCenter().lng)]
}

/** Creates a round mark with a text in it; `radius` in pixels. */
export function createMark(
  position: LatLngExpression,
  radius: number,
  text: string,
  className: string,
  tooltip: string[],
): Marker {
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

/** Creates the content of a tooltip from elements, not HTML: texts of records are untrusted. */
export function createTooltip(lines: readonly string[]): HTMLElement {
  const box = document.createElement('div')
  for (const line of lines) {
    const item = document.createElement('bdi')
    item.textContent = line
    box.append(item, document.createElement('br'))
  }
  return box
}
