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
import { colour } from '../shared/theme.ts'

type Atlas = Topology<{ land: GeometryCollection; countries: GeometryCollection }>

/** A map without any outside server: land is drawn from outlines. */
export function openMap(element: HTMLElement): LeafletMap {
  const map = leafletMap(element, {
    preferCanvas: true,
    renderer: canvas({ padding: 0.3 }),
    worldCopyJump: true,
    minZoom: 1,
    maxZoom: 13,
    zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  }).setView([20, 20], 2)
  map.attributionControl.setPrefix(false).addAttribution(STRINGS.landSource)
  map.createPane('land').style.zIndex = '200'
  map.createPane('borders').style.zIndex = '210'
  return map
}

/** Draws land; gives what takes it away. */
export function drawLand(map: LeafletMap): () => void {
  const style = { weight: 1, color: colour('--coast'), fillColor: colour('--land'), fillOpacity: 1 }
  return drawn(map, landUrl, (atlas) => {
    const land = feature(atlas, atlas.objects.land)
    const polygons = land.features.flatMap(({ geometry }) =>
      geometry.type === 'MultiPolygon' ? geometry.coordinates : [],
    )
    // Each by itself: what is out of view is passed over.
    return copies(polygons.map((rings) => rings.map(unrolled))).map((rings) =>
      polygon(rings, { ...style, pane: 'land', interactive: false }),
    )
  })
}

/** Draws borders between countries, dashed; gives what takes them away. */
export function drawBorders(map: LeafletMap): () => void {
  const style = { weight: 1, color: colour('--border'), dashArray: '3 4' }
  return drawn(map, countriesUrl, (atlas) => {
    const borders = mesh(atlas, atlas.objects.countries, (one, other) => one !== other)
    return copies(borders.coordinates.map((line) => [unrolled(line)])).map((lines) =>
      polyline(lines, { ...style, pane: 'borders', interactive: false }),
    )
  })
}

/** Latitude and longitude. */
type Point = [number, number]

/**
 * A line without jumps: outlines go on beyond 180° on the other side of the world, which a flat map would draw as a
 * line all around it. One around a pole is closed along it.
 */
function unrolled(line: readonly number[][]): Point[] {
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
  return moved(points, -Math.round(middle / 360) * 360)
}

/** The same three times, for a map that goes on beyond its edges. */
function copies(shapes: readonly Point[][][]): Point[][][] {
  return [-360, 0, 360].flatMap((turn) => shapes.map((lines) => lines.map((line) => moved(line, turn))))
}

function moved(points: readonly Point[], degrees: number): Point[] {
  return points.map(([latitude, longitude]) => [latitude, longitude + degrees])
}

const ATLASES = new Map<string, Promise<Atlas>>()

function drawn(map: LeafletMap, url: string, layersOf: (atlas: Atlas) => Layer[]): () => void {
  let layer: Layer | undefined
  let isGone = false
  const atlas = ATLASES.get(url) ?? fetch(url).then((response) => response.json() as Promise<Atlas>)
  ATLASES.set(url, atlas)
  atlas.then(
    (loaded) => {
      if (!isGone) layer = layerGroup(layersOf(loaded)).addTo(map)
    },
    // Without outlines the records are still where they are; the next time they are asked for again.
    () => ATLASES.delete(url),
  )
  return () => {
    isGone = true
    layer?.remove()
  }
}
