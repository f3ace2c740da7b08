import type { Map as LeafletMap } from 'leaflet'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import 'leaflet/dist/leaflet.css'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { StatsRow } from '../../stats/stats.schema.ts'
import { type Facets, type Page, readNdjson, useApi } from '../shared/api.ts'
import { Dot } from '../shared/dot.tsx'
import { ErrorMessage } from '../shared/error-message.tsx'
import { buildApiPath, useLocation } from '../shared/location.ts'
import { type EventType, STRINGS } from '../shared/strings.ts'
import { useTheme } from '../shared/theme.ts'
import { buildBbox, chooseCellSize, unwrapLongitude } from './cells.ts'
import { drawClusters } from './cluster-marks.ts'
import { buildCellsPath, buildClusters, sumRecords } from './clusters.ts'
import { drawBorders, drawLand, openMap } from './land.ts'
import { drawRecords, groupByPosition, type PlacedRecord } from './record-marks.ts'
import { formatView, useView } from './view.ts'

/** Maximum number of records in view that are drawn one by one; more are drawn as clusters. */
const MAX_SINGLE_RECORDS = 300
/** Up to this zoom the cells of the whole world are requested: they are precomputed, and moving needs no request. */
const MAX_WORLD_ZOOM = 5
/** Cell size that the edges of the map as a filter are rounded to, in degrees. */
const FILTER_CELL_SIZE = 1 / 64
/** Values of `geo_precision` of records that are drawn where they are. */
const PRECISE: readonly string[] = ['exact', 'near']
const FIELDS = 'id,title,date_start,date_end,latitude,longitude,event_type,fatalities,place'

/** The records on a map: as clusters, or one by one when few are in view. */
export function IncidentMap() {
  const { params, change } = useLocation()
  const element = useRef<HTMLDivElement>(null)
  const [map, setMap] = useState<LeafletMap | null>(null)
  const theme = useTheme()
  const hasBorders = params.has('borders')
  const hasBbox = params.has('bbox')

  useLayoutEffect(() => {
    if (!element.current) return
    const opened = openMap(element.current)
    setMap(opened)
    return () => {
      opened.remove()
    }
  }, [])

  const { overview, view } = useView(map)

  const bbox = hasBbox ? {} : { bbox: view?.bbox ?? null }
  const isWorld = view !== null && view.zoom <= MAX_WORLD_ZOOM
  const cells = useApi(
    view && buildCellsPath(params, chooseCellSize(view.zoom), isWorld ? {} : bbox),
    readNdjson<StatsRow>,
  )
  const clusters = buildClusters(cells.result ?? []).filter(({ latitude, longitude }) =>
    view?.bounds.contains([latitude, unwrapLongitude(longitude, view.bounds.getCenter().lng)]),
  )
  const recordCount = sumRecords(clusters)
  const showsRecords = recordCount <= MAX_SINGLE_RECORDS
  const unplacedCount = sumRecords((overview.result ?? cells.result ?? []).filter(({ by }) => !by.cell))
  const records = useApi<Page<Incident>>(
    view && cells.result && showsRecords && recordCount > 0
      ? buildApiPath('incidents', params, {
          ...bbox,
          geo_precision_min: 'near',
          limit: String(MAX_SINGLE_RECORDS),
          fields: FIELDS,
        })
      : null,
  )
  const precisions = useApi<Facets>(buildApiPath('facets', params, { fields: 'geo_precision' }))
  const impreciseCount = sumRecords(
    (precisions.result?.data[0]?.values ?? []).filter(({ value }) => !PRECISE.includes(value)),
  )

  useEffect(() => {
    if (map) return drawLand(map)
  }, [map, theme])
  useEffect(() => {
    if (map && hasBorders) return drawBorders(map)
  }, [map, hasBorders, theme])
  // A layout effect: the marks change in the same frame as `data-shows`.
  useLayoutEffect(() => {
    if (!map || !cells.result) return
    if (showsRecords && records.result) {
      const onOpen = (id: string) => change({ record: id })
      return drawRecords(map, groupByPosition(records.result.data as PlacedRecord[]), onOpen)
    }
    if (!showsRecords) return drawClusters(map, clusters, (bbox) => change({ bbox, map: formatView(map) }))
  }, [map, view?.zoom, cells.result, records.result, showsRecords, theme, change])

  const toggleBbox = () => {
    if (hasBbox) change({ bbox: null })
    else if (map) change({ bbox: buildBbox(map.getBounds(), FILTER_CELL_SIZE), map: formatView(map) })
  }
  const isLoading = [overview, cells, records, precisions].some((request) => request.isLoading)
  return (
    <section
      class="map"
      aria-label={STRINGS.map}
      aria-busy={isLoading}
      data-shows={isLoading || !view ? undefined : showsRecords ? 'records' : 'clusters'}
    >
      <ErrorMessage error={overview.error ?? cells.error ?? records.error ?? precisions.error} />
      <div ref={element} class="map-canvas" role="application" aria-label={STRINGS.mapOf(recordCount)} />
      <div class="map-tools">
        <label>
          <input type="checkbox" checked={hasBbox} onChange={toggleBbox} />
          {STRINGS.limitToMap}
        </label>
        <label>
          <input
            type="checkbox"
            checked={hasBorders}
            onChange={() => change({ borders: hasBorders ? null : '1' }, 'replace')}
          />
          {STRINGS.borders}
        </label>
        <Legend types={showsRecords ? listTypes(records.result?.data ?? []) : []} />
      </div>
      {hasBorders && <p class="muted help">{STRINGS.bordersNote}</p>}
      <p class="muted help">
        {showsRecords ? STRINGS.singleRecordsHelp : STRINGS.clustersHelp}{' '}
        {unplacedCount > 0 && `${STRINGS.withoutCoordinates(unplacedCount)} `}
        {impreciseCount > 0 && STRINGS.impreciseLocation(impreciseCount)}
      </p>
    </section>
  )
}

function listTypes(records: readonly Incident[]): EventType[] {
  return [...new Set(records.map(({ event_type }) => event_type ?? 'unknown'))]
}

function Legend({ types }: { types: readonly EventType[] }) {
  return (
    <ul class="legend">
      {types.map((type) => (
        <li key={type}>
          <Dot type={type} /> {STRINGS.eventTypeNames[type]}
        </li>
      ))}
    </ul>
  )
}
