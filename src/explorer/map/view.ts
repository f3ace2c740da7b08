import type { LatLngBounds, Map as LeafletMap } from 'leaflet'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { StatsRow } from '../../stats/stats.schema.ts'
import { type ApiState, readNdjson, useApi } from '../shared/api.ts'
import { useLocation } from '../shared/location.ts'
import { buildBbox, chooseCellSize } from './cells.ts'
import { buildCellsPath, buildClusters, type Cluster } from './clusters.ts'

/** Cell size of the overview that a map without a requested view is fitted to, in degrees. */
const OVERVIEW_CELL_SIZE = 2

/** The visible part of the map. */
interface View {
  zoom: number
  bounds: LatLngBounds
  /** The bounds as the filter `bbox`; null for the whole world. */
  bbox: string | null
}

/** Keeps the map and the parameter `map` of the address in step; without the parameter the map shows all records. */
export function useView(map: LeafletMap | null): { overview: ApiState<StatsRow[]>; view: View | null } {
  const { params, change } = useLocation()
  const [view, setView] = useState<View | null>(null)
  /** Whether the explorer moves the map, not the user: the address then stays as it is. */
  const isProgrammatic = useRef(false)
  const requested = params.get('map')
  const overview = useApi(
    requested ? null : buildCellsPath(params, OVERVIEW_CELL_SIZE, {}),
    readNdjson<StatsRow>,
  )

  // Layout effects: between the response of the overview and the requests for its view the page is never idle.
  useLayoutEffect(() => {
    if (!map) return
    const onMoveEnd = () => {
      if (!isProgrammatic.current) change({ map: formatView(map) }, 'replace')
      isProgrammatic.current = false
      setView(readView(map))
    }
    const onResize = () => {
      isProgrammatic.current = true
    }
    map.on('moveend', onMoveEnd).on('resize', onResize)
    return () => {
      map.off('moveend', onMoveEnd).off('resize', onResize)
    }
  }, [map, change])
  useLayoutEffect(() => {
    if (!map || (!requested && !overview.result)) return
    isProgrammatic.current = true
    if (requested) restoreView(map, requested)
    else fitClusters(map, buildClusters(overview.result ?? []))
    isProgrammatic.current = false
    setView(readView(map))
  }, [map, requested, overview.result])
  return { overview, view }
}

function readView(map: LeafletMap): View {
  const [zoom, bounds] = [map.getZoom(), map.getBounds()]
  return { zoom, bounds, bbox: buildBbox(bounds, chooseCellSize(zoom)) }
}

/** Formats the view as the parameter `map`: zoom/latitude/longitude. */
export function formatView(map: LeafletMap): string {
  const { lat, lng } = map.getCenter()
  return [map.getZoom(), lat.toFixed(3), map.wrapLatLng([lat, lng]).lng.toFixed(3)].join('/')
}

function restoreView(map: LeafletMap, value: string): void {
  const [zoom, latitude, longitude] = value.split('/').map(Number)
  if (zoom === undefined || latitude === undefined || longitude === undefined) return
  if (![zoom, latitude, longitude].every(Number.isFinite) || formatView(map) === value) return
  map.setView([latitude, longitude], zoom, { animate: false })
}

function fitClusters(map: LeafletMap, clusters: readonly Cluster[]): void {
  if (clusters.length === 0) return
  const latitudes = clusters.map(({ latitude }) => latitude)
  const longitudes = clusters.map(({ longitude }) => longitude)
  map.fitBounds(
    [
      [Math.min(...latitudes), Math.min(...longitudes)],
      [Math.max(...latitudes), Math.max(...longitudes)],
    ],
    { animate: false, padding: [50, 50], maxZoom: 8 },
  )
}
