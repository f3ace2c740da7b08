import { type LatLngExpression, type Map as LeafletMap, layerGroup } from 'leaflet'
import { formatCompact } from '../shared/format.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'
import { unwrapLongitude } from './cells.ts'
import type { Cluster } from './clusters.ts'
import { createMark, toLatLng } from './mark.ts'

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
