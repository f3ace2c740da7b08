import {
  canvas,
  type Layer,
  type Map as LeafletMap,
  layerGroup,
  map as leafletMap,
  polygon,
  polyline,
} from 'leaflet'
import { feature, mesh } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import countriesUrl from 'world-atlas/countries-50m.json?url'
import landUrl from 'world-atlas/land-50m.json?url'
import { STRINGS } from '../shared/strings.ts'
import { readColour } from '../shared/theme.ts'

type Atlas = Topology<{ land: GeometryCollection; countries: GeometryCollection }>

/** Opens a map without tiles: no other server is contacted, land is drawn from bundled outlines. */
export function openMap(element: HTMLElement): LeafletMap {
  const map = leafletMap(element, {
    preferCanvas: true,
    renderer: canvas({ padding: 0.3 }),
    worldCopyJump: true,
    minZoom: 1,
    maxZoom: 13,
    zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  }).setView([20, 20], 2)
  map.attributionControl.setPrefix(false).addAttribution(STRINGS.mapSource)
  map.createPane('land').style.zIndex = '200'
  map.createPane('borders').style.zIndex = '210'
  return map
}

/** Draws land and returns a function that removes it. */
export function drawLand(map: LeafletMap): () => void {
  const style = { weight: 1, color: readColour('--coast'), fillColor: readColour('--land'), fillOpacity: 1 }
  return drawAtlas(map, landUrl, (atlas) => {
    const land = feature(atlas, atlas.objects.land)
    const polygons = land.features.flatMap(({ geometry }) =>
      geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
    )
    // One layer for each polygon: Leaflet skips those out of view.
    return repeatAroundWorld(polygons.map((rings) => rings.map(unwrapLine))).map((rings) =>
      polygon(rings, { ...style, pane: 'land', interactive: false }),
    )
  })
}

/** Draws borders between countries, dashed, and returns a function that removes them. */
export function drawBorders(map: LeafletMap): () => void {
  const style = { weight: 1, color: readColour('--border'), dashArray: '3 4' }
  return drawAtlas(map, countriesUrl, (atlas) => {
    const borders = mesh(atlas, atlas.objects.countries, (one, other) => one !== other)
    return repeatAroundWorld(borders.coordinates.map((line) => [unwrapLine(line)])).map((lines) =>
      polyline(lines, { ...style, pane: 'borders', interactive: false }),
    )
  })
}

type Point = [latitude: number, longitude: number]

/**
 * Removes the jump from 180° to -180°, which a flat map would draw as a line across the world. The outline of
 * Antarctica, which goes once around the world, is closed along the pole.
 */
function unwrapLine(line: readonly number[][]): Point[] {
  const points: Point[] = []
  let turn = 0
  for (const [longitude = 0, latitude = 0] of line) {
    const step = longitude + turn - (points.at(-1)?.[1] ?? longitude)
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360
    points.push([latitude, longitude + turn])
  }
  const [first, last] = [points[0], points.at(-1)]
  if (first && last && Math.abs(last[1] - first[1]) > 180) points.push([-90, last[1]], [-90, first[1]])
  const longitudes = points.map(([, longitude]) => longitude)
  const middle = (Math.min(...longitudes) + Math.max(...longitudes)) / 2
  return shiftLongitude(points, -Math.round(middle / 360) * 360)
}

/** Repeats shapes to the west and the east: the map scrolls on beyond ±180°. */
function repeatAroundWorld(shapes: readonly Point[][][]): Point[][][] {
  return [-360, 0, 360].flatMap((turn) =>
    shapes.map((lines) => lines.map((line) => shiftLongitude(line, turn))),
  )
}

function shiftLongitude(points: readonly Point[], degrees: number): Point[] {
  return points.map(([latitude, longitude]) => [latitude, longitude + degrees])
}

/** Atlases by URL, loaded once. */
const ATLASES = new Map<string, Promise<Atlas>>()

function drawAtlas(map: LeafletMap, url: string, createLayers: (atlas: Atlas) => Layer[]): () => void {
  let layer: Layer | undefined
  let isRemoved = false
  const atlas = ATLASES.get(url) ?? fetch(url).then((response) => response.json() as Promise<Atlas>)
  ATLASES.set(url, atlas)
  atlas.then(
    (loaded) => {
      if (!isRemoved) layer = layerGroup(createLayers(loaded)).addTo(map)
    },
    // The map works without outlines; the next call loads them again.
    () => ATLASES.delete(url),
  )
  return () => {
    isRemoved = true
    layer?.remove()
  }
}
