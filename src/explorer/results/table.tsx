import type { Incident } from '../../incidents/incident.schema.ts'
import { type Page, useApi } from '../shared/api.ts'
import { Dot } from '../shared/dot.tsx'
import { ErrorMessage } from '../shared/error-message.tsx'
import { formatDays, formatNumber } from '../shared/format.ts'
import { buildApiPath, useLocation } from '../shared/location.ts'
import { formatRange } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'

const ROWS_PER_PAGE = '50'

type Row = Pick<
  Incident,
  | 'id'
  | 'dataset'
  | 'title'
  | 'description'
  | 'date_start'
  | 'date_end'
  | 'place'
  | 'event_type'
  | 'fatalities'
  | 'injured'
>
const FIELDS = 'id,dataset,title,description,date_start,date_end,place,event_type,fatalities,injured'

/** The filtered records as a table, page by page. */
export function IncidentTable() {
  const { params, change } = useLocation()
  const { sort, cursor } = { sort: params.get('sort') ?? '-date', cursor: params.get('cursor') }
  const { result, error, isLoading } = useApi<Page<Row>>(
    buildApiPath('incidents', params, {
      sort,
      limit: ROWS_PER_PAGE,
      cursor,
      fields: FIELDS,
      total: 'bounded',
    }),
  )
  const { page, data = [] } = result ?? {}
  const total =
    page?.total === undefined ? '' : `${formatNumber(page.total)}${page.total_is === 'exact' ? '' : '+'}`

  return (
    <section id="records" class="records" aria-label={STRINGS.records} aria-busy={isLoading} tabIndex={-1}>
      <h2>
        {STRINGS.records} <span class="muted">{total}</span>
      </h2>
      <ErrorMessage error={error} />
      {!result && !error && <p class="muted">{STRINGS.loading}…</p>}
      {result && data.length === 0 && <p class="empty">{STRINGS.noRecords}</p>}
      {data.length > 0 && (
        <table>
          <thead>
            <tr>
              <SortableHeader by="date" text={STRINGS.date} />
              <th scope="col">{STRINGS.place}</th>
              <th scope="col">{STRINGS.event}</th>
              <SortableHeader by="deaths" text={STRINGS.killed} />
              <th scope="col">{STRINGS.injured}</th>
              <th scope="col">{STRINGS.dataset}</th>
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <TableRow key={row.id} row={row} isOpen={row.id === params.get('record')} />
            ))}
          </tbody>
        </table>
      )}
      <div class="pager">
        {cursor && (
          <button type="button" onClick={() => change({ cursor: null })}>
            {STRINGS.firstPage}
          </button>
        )}
        {page?.next && (
          <button type="button" onClick={() => change({ cursor: page.next })}>
            {STRINGS.nextPage}
          </button>
        )}
      </div>
    </section>
  )
}

function TableRow({ row, isOpen }: { row: Row; isOpen: boolean }) {
  const { change } = useLocation()
  const { id, dataset, title, description, date_start, date_end, place, event_type, fatalities, injured } =
    row
  const type = event_type ?? 'unknown'
  const country = place.country ?? place.area
  return (
    <tr class={isOpen ? 'open' : undefined}>
      <td class="date">{formatDays(date_start, date_end)}</td>
      <td>
        <bdi>{place.name}</bdi>
        {country && place.name !== country && (
          <>
            , <bdi class="muted">{country}</bdi>
          </>
        )}
      </td>
      <td class="event">
        <div>
          <Dot type={type} />
          <button type="button" class="link" onClick={() => change({ record: id })}>
            <bdi>{title ?? description?.slice(0, 120) ?? STRINGS.eventTypeNames[type]}</bdi>
          </button>
        </div>
      </td>
      <td class="figure" data-name={STRINGS.killed}>
        {fatalities ? formatRange(fatalities) : '–'}
      </td>
      <td class="figure" data-name={STRINGS.injured}>
        {injured ? formatRange(injured) : '–'}
      </td>
      <td class="muted">{dataset}</td>
    </tr>
  )
}

function SortableHeader({ by, text }: { by: 'date' | 'deaths'; text: string }) {
  const { params, change } = useLocation()
  const sort = params.get('sort') ?? '-date'
  const isDescending = sort === `-${by}`
  const order = isDescending ? 'descending' : sort === by ? 'ascending' : undefined
  const next = isDescending ? by : `-${by}`
  return (
    <th scope="col" aria-sort={order}>
      <button
        type="button"
        class="link"
        title={STRINGS.sortBy(text)}
        onClick={() => change({ sort: next === '-date' ? null : next })}
      >
        {text}
        <span aria-hidden="true">{order ? (isDescending ? ' ▼' : ' ▲') : ''}</span>
      </button>
    </th>
  )
}
