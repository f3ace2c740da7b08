import {
  type Bounds,
  bounds,
  divIcon,
  type LatLngExpression,
  type Layer,
  type Map as LeafletMap,
  marker,
} from 'leaflet'

/** Positions of a name around its mark, in order of preference: a class of the style sheet, and the offset in sizes. */
const SIDES = [
  { side: 'below end', x: 0, y: 0 },
  { side: 'above end', x: 0, y: -1 },
  { side: 'below start', x: -1, y: 0 },
  { side: 'above start', x: -1, y: -1 },
]
/** Approximate size of a name in pixels: of a letter, of the line, and of the padding at both ends together. */
const [LETTER_WIDTH, LINE_HEIGHT, PADDING] = [7, 20, 12]

/** Creates a label for each name, once, where it overlaps no other label; without such a position it is left out. */
export function createPlaceNames(
  places: readonly { name: string; position: LatLngExpression }[],
  map: LeafletMap,
): Layer[] {
  const taken: Bounds[] = []
  const named = new Set<string>()
  return places.flatMap(({ name, position }) => {
    if (named.has(name)) return []
    const { x, y } = map.project(position)
    const width = PADDING + LETTER_WIDTH * name.length
    for (const { side, ...offset } of SIDES) {
      const [left, top] = [x + offset.x * width, y + offset.y * LINE_HEIGHT]
      const box = bounds([left, top], [left + width, top + LINE_HEIGHT])
      if (taken.some((other) => other.overlaps(box))) continue
      taken.push(box)
      named.add(name)
      return createName(position, name, side)
    }
    return []
  })
}

function createName(position: LatLngExpression, name: string, side: string): Layer {
  const label = document.createElement('bdi')
  label.textContent = name
  const icon = divIcon({ className: `place-name ${side}`, html: label, iconSize: [0, 0] })
  return marker(position, { icon, interactive: false, keyboard: false })
}
