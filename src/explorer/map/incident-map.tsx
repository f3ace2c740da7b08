import type { LatLngBounds, Map as LeafletMap } from 'leaflet'
import { useEffect, useRef, useState } from 'preact/hooks'
import 'leaflet/dist/leaflet.css'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { StatsRow } from '../../stats/stats.schema.ts'
import type { Page } from '../answers.ts'
import { readLines, useApi } from '../shared/api.ts'
import { boxOf, cellSize, near } from './cells.ts'
import { Legend } from '../shared/dot.tsx'
import { apiPath, useLocation } from '../shared/location.ts'
import { drawBorders, drawLand, openMap } from './land.ts'
import { type Cluster, drawClusters, drawPlaces, type PlacedRecord, placesOf } from './marks.ts'
import { Status } from '../shared/error-message.tsx'
import { type EventType, STRINGS } from '../shared/strings.ts'
import { useTheme } from '../shared/theme.ts'

/** Records in view up to which each place is shown, and not their clusters. */
const FEW = 300
/** The closest view in which the cells of the whole world are asked for. */
const WIDE = 5
const FIELDS = 'id,title,date_start,date_end,latitude,longitude,event_type,fatalities,place'

/** Where the records are: clusters when there are many in view, each place when there are few. */
export function IncidentMap() {
  const { params, change } = useLocation()
  const element = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<LeafletMap | null>(null)
  const theme = useTheme()
  const hasBorders = params.has('borders')

  useEffect(() => {
    if (!element.current) return
    const opened = openMap(element.current)
    setMap(opened)
    return () => {
      opened.remove()
    }
  }, [])

  const { everywhere, view } = useView(map)

  const box = params.has('bbox') ? {} : { bbox: view?.box ?? null }
  // Of wide views the cells of the whole world are asked for: they are summed ahead, and moving asks nothing new.
  const isWide = view !== null && view.zoom <= WIDE
  const cells = useApi(view && cellsPath(params, cellSize(view.zoom), isWide ? {} : box), readLines<StatsRow>)
  const clusters = clustersOf(cells.answer ?? []).filter(({ latitude, longitude }) =>
    view?.bounds.contains([latitude, near(longitude, view.bounds.getCenter().lng)]),
  )
  const records = clusters.reduce((sum, cluster) => sum + cluster.records, 0)
  const isNear = records <= FEW
  const unplaced = (everywhere.answer ?? cells.answer ?? [])
    .filter(({ by }) => !by.cell)
    .reduce((sum, row) => sum + row.records, 0)
  const placed = useApi<Page<Incident>>(
    view && cells.answer && isNear && records > 0
      ? apiPath('incidents', params, { ...box, limit: String(FEW), fields: FIELDS })
      : null,
  )

  useEffect(() => {
    if (map) return drawLand(map)
  }, [map, theme])
  useEffect(() => {
    if (map && hasBorders) return drawBorders(map)
  }, [map, hasBorders, theme])
  useEffect(() => {
    if (!map || !cells.answer) return
    if (isNear && placed.answer) {
      const onOpen = (id: string) => change({ record: id })
      return drawPlaces(map, placesOf(placed.answer.data as PlacedRecord[]), onOpen)
    }
    if (!isNear) return drawClusters(map, clusters, (bounds) => change({ bbox: bounds, map: nameOf(map) }))
  }, [map, view?.zoom, cells.answer, placed.answer, isNear, theme, change])

  const hasBox = params.has('bbox')
  return (
    <section
      class="map"
      aria-label={STRINGS.map}
      aria-busy={cells.isWaiting || placed.isWaiting}
      data-shows={cells.isWaiting || placed.isWaiting || !view ? undefined : isNear ? 'places' : 'clusters'}
    >
      <Status asked={[everywhere, cells, placed].find(({ failure }) => failure) ?? cells} />
      <div ref={element} class="map-canvas" role="application" aria-label={STRINGS.mapOf(records)} />
      <div class="map-tools">
        <label>
          <input
            type="checkbox"
            checked={hasBox}
            onChange={() =>
              change(
                hasBox
                  ? { bbox: null }
                  : { bbox: map && boxOf(map.getBounds(), 1 / 64), map: map && nameOf(map) },
              )
            }
          />
          {STRINGS.within}
        </label>
        <label>
          <input
            type="checkbox"
            checked={hasBorders}
            onChange={() => change({ borders: hasBorders ? null : '1' }, 'replace')}
          />
          {STRINGS.borders}
        </label>
        <Legend types={isNear ? typesOf(placed.answer?.data ?? []) : []} />
      </div>
      {hasBorders && <p class="note">{STRINGS.bordersNote}</p>}
      <p class="muted help">
        {isNear ? STRINGS.placesHelp : STRINGS.clustersHelp}{' '}
        {unplaced > 0 && STRINGS.withoutPosition(unplaced)}
      </p>
    </section>
  )
}

/** What happened in some of the records. */
function typesOf(records: readonly Incident[]): EventType[] {
  return [...new Set(records.map(({ event_type }) => event_type ?? 'unknown'))]
}

/** What a map shows. */
interface View {
  zoom: number
  bounds: LatLngBounds
  /** The same as the filter `bbox`, null for the world. */
  box: string | null
}

function viewOf(map: LeafletMap): View {
  const [zoom, bounds] = [map.getZoom(), map.getBounds()]
  return { zoom, bounds, box: boxOf(bounds, cellSize(zoom)) }
}

/** What the map shows: the view that the address names, or without one whatever the filters leave. */
function useView(map: LeafletMap | null) {
  const { params, change } = useLocation()
  const [view, setView] = useState<View | null>(null)
  /** Whether the map is moved by the explorer, and not by a person. */
  const isOurs = useRef(false)
  const asked = params.get('map')
  const everywhere = useApi(asked ? null : cellsPath(params, 2, {}), readLines<StatsRow>)

  useEffect(() => {
    if (!map) return
    const read = () => {
      if (!isOurs.current) change({ map: nameOf(map) }, 'replace')
      isOurs.current = false
      setView(viewOf(map))
    }
    const resized = () => {
      isOurs.current = true
    }
    map.on('moveend', read).on('resize', resized)
    return () => {
      map.off('moveend', read).off('resize', resized)
    }
  }, [map, change])
  useEffect(() => {
    if (!map || (!asked && !everywhere.answer)) return
    isOurs.current = true
    if (asked) show(map, asked)
    else showAll(map, clustersOf(everywhere.answer ?? []))
    isOurs.current = false
    setView(viewOf(map))
  }, [map, asked, everywhere.answer])
  return { everywhere, view }
}

function cellsPath(
  params: URLSearchParams,
  size: number,
  more: Readonly<Record<string, string | null>>,
): string {
  const asked = {
    group_by: 'cell',
    cell_size: String(size),
    metrics: 'fatalities',
    sort: 'group',
    format: 'ndjson',
  }
  return apiPath('stats', params, { ...asked, ...more })
}

/** The records of each cell: data sets side by side come as rows of their own. */
function clustersOf(rows: readonly StatsRow[]): Cluster[] {
  const clusters = new Map<string, Cluster>()
  for (const { by, position, records, fatalities } of rows) {
    if (!by.cell || !position) continue
    const { west, south, east, north } = by.cell
    const key = `${west} ${south}`
    const cluster = clusters.get(key) ?? {
      bounds: [west, south, east, north],
      latitude: 0,
      longitude: 0,
      records: 0,
      killed: [],
    }
    const all = cluster.records + records
    cluster.latitude += (position.latitude - cluster.latitude) * (records / all)
    cluster.longitude += (position.longitude - cluster.longitude) * (records / all)
    cluster.records = all
    if (fatalities) cluster.killed.push({ dataset: by.dataset ?? '', sum: fatalities })
    clusters.set(key, cluster)
  }
  return [...clusters.values()]
}

/** Zoom, latitude and longitude, as the address has them. */
function nameOf(map: LeafletMap): string {
  const { lat, lng } = map.getCenter()
  return [map.getZoom(), lat.toFixed(3), map.wrapLatLng([lat, lng]).lng.toFixed(3)].join('/')
}

function show(map: LeafletMap, name: string): void {
  const [zoom, latitude, longitude] = name.split('/').map(Number)
  if (zoom === undefined || latitude === undefined || longitude === undefined) return
  if (![zoom, latitude, longitude].every(Number.isFinite) || nameOf(map) === name) return
  map.setView([latitude, longitude], zoom, { animate: false })
}

function showAll(map: LeafletMap, clusters: readonly Cluster[]): void {
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
