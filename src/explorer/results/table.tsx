import type { Incident } from '../../incidents/incident.schema.ts'
import type { Page } from '../answers.ts'
import { useApi } from '../shared/api.ts'
import { rangeText } from '../shared/range.tsx'
import { Dot } from '../shared/dot.tsx'
import { apiPath, useLocation } from '../shared/location.ts'
import { Status } from '../shared/error-message.tsx'
import { days, number, STRINGS } from '../shared/strings.ts'

/** Records on a page of the table. */
const ROWS = '50'

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

/** The records that the filters leave, a page at a time. */
export function IncidentTable() {
  const { params, change } = useLocation()
  const { sort, cursor } = { sort: params.get('sort') ?? '-date', cursor: params.get('cursor') }
  const asked = useApi<Page<Row>>(
    apiPath('incidents', params, { sort, limit: ROWS, cursor, fields: FIELDS, total: 'bounded' }),
  )
  const { answer, isWaiting } = asked
  const { page, data = [] } = answer ?? {}
  const total =
    page?.total === undefined ? '' : `${number(page.total)}${page.total_is === 'exact' ? '' : '+'}`

  return (
    <section id="records" class="records" aria-label={STRINGS.table} aria-busy={isWaiting} tabIndex={-1}>
      <h2>
        {STRINGS.table} <span class="muted">{total}</span>
      </h2>
      <Status asked={asked} />
      {!answer && !asked.failure && <p class="muted">{STRINGS.loading}…</p>}
      {answer && data.length === 0 && <p class="empty">{STRINGS.nothing}</p>}
      {data.length > 0 && (
        <table>
          <thead>
            <tr>
              <Sortable by="date" text={STRINGS.date} />
              <th scope="col">{STRINGS.place}</th>
              <th scope="col">{STRINGS.event}</th>
              <Sortable by="deaths" text={STRINGS.killed} />
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
            {STRINGS.first}
          </button>
        )}
        {page?.next && (
          <button type="button" onClick={() => change({ cursor: page.next })}>
            {STRINGS.next}
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
  return (
    <tr class={isOpen ? 'open' : undefined}>
      <td class="date">{days(date_start, date_end)}</td>
      <td>
        <bdi>{place.name}</bdi>
        {place.country && place.name !== place.country && (
          <>
            , <bdi class="muted">{place.country}</bdi>
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
        {fatalities ? rangeText(fatalities) : '–'}
      </td>
      <td class="figure" data-name={STRINGS.injured}>
        {injured ? rangeText(injured) : '–'}
      </td>
      <td class="muted">{dataset}</td>
    </tr>
  )
}

function Sortable({ by, text }: { by: 'date' | 'deaths'; text: string }) {
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
