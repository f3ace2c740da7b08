import { useEffect, useRef } from 'preact/hooks'
import type { Casualties, Group } from '../../figures/figure.schema.ts'
import type { IncidentDetail, RecordLink } from '../../incidents/incident.schema.ts'
import type { Toll } from '../../tolls/toll.schema.ts'
import type { Page } from '../answers.ts'
import { useApi } from '../shared/api.ts'
import { Claims } from './claims.tsx'
import { RangeBar, rangeText } from '../shared/range.tsx'
import { useLocation } from '../shared/location.ts'
import { Status } from '../shared/error-message.tsx'
import { days, STRINGS } from '../shared/strings.ts'

/** Everything that is known about one record. */
export function RecordPanel({ id }: { id: string }) {
  const { change } = useLocation()
  const asked = useApi<IncidentDetail>(`/v1/incidents/${encodeURIComponent(id)}`)
  const heading = useRef<HTMLHeadingElement>(null)
  const close = () => change({ record: null })
  useEffect(() => {
    const opener = document.activeElement
    heading.current?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  const { answer } = asked
  return (
    <aside
      class="record"
      aria-label={STRINGS.record}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {answer ? (answer.title ?? eventName(answer)) : id}
        </h2>
        <button type="button" aria-label={STRINGS.close} onClick={close}>
          ×
        </button>
      </header>
      <Status asked={asked} />
      {!answer && !asked.failure && <p class="muted">{STRINGS.loading}…</p>}
      {answer && <Detail record={answer} />}
    </aside>
  )
}

function eventName({ event_type }: Pick<IncidentDetail, 'event_type'>): string {
  return STRINGS.eventTypeNames[event_type ?? 'unknown']
}

function Detail({ record }: { record: IncidentDetail }) {
  const { kind, title, description, place, actors, weapons, sites, fatalities, injured, flags } = record
  const figures = [fatalities, injured].filter((figure) => figure !== null)
  const greatest = Math.max(...figures.flatMap(({ low, best, high }) => [low, best, high ?? 0]))
  // Where no upper bound was stated, there is room beyond what was.
  const most = figures.some(({ high }) => high === null) ? greatest * 1.3 : greatest
  return (
    <>
      <p>
        {days(record.date_start, record.date_end)},{' '}
        <bdi>{[place.district, place.city, place.admin1, place.country].filter(Boolean).join(', ')}</bdi>
        <br />
        <span class="muted">
          {title && eventName(record)}
          {kind === 'group' && ` · ${STRINGS.group}`}
        </span>
      </p>
      {description && <p dir="auto">{description}</p>}
      {fatalities && <Figures name={STRINGS.killed} figure={fatalities} most={most} />}
      {injured && <Figures name={STRINGS.injured} figure={injured} most={most} />}
      {flags.length > 0 && <p class="note">{STRINGS.outOfOrder}</p>}
      <Claims record={record} />
      <Items
        name={STRINGS.actors}
        items={actors.map(({ name, role, attribution }) => ({
          text: name,
          detail: [role, attribution].filter(Boolean).join(', '),
        }))}
      />
      <Items name={STRINGS.weapons} items={weapons.map((text) => ({ text }))} />
      <Items name={STRINGS.sites} items={sites.map(({ name }) => ({ text: name }))} />
      <Links name={STRINGS.parts} records={record.parts} />
      {record.tolls.map((toll) => (
        <TollShare key={toll.id} id={toll.id} />
      ))}
      <Others
        name={STRINGS.partOf}
        ids={record.part_of.filter((id) => !record.tolls.some((toll) => toll.id === id))}
      />
      <Others name={STRINGS.sameEvent} ids={record.same_as} />
      <Sources record={record} />
      <Citation id={record.dataset} />
      {record.original && (
        <details>
          <summary>{STRINGS.original}</summary>
          <dl class="original">
            {Object.entries(record.original).map(([column, cell]) => (
              <div key={column}>
                <dt>{column}</dt>
                <dd dir="auto">{cell || '–'}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      <p>
        <a href={`/v1/incidents/${encodeURIComponent(record.id)}`}>{STRINGS.json}</a>
      </p>
    </>
  )
}

/** A figure in total and by group, each drawn to the same scale. */
function Figures({ name, figure, most }: { name: string; figure: Casualties; most: number }) {
  const groups = (Object.keys(STRINGS.groups) as Group[]).flatMap((group) => {
    const range = figure.by_group[group]
    return range ? [{ name: STRINGS.groups[group], range }] : []
  })
  return (
    <table class="figures">
      <tbody>
        {[{ name, range: figure }, ...groups].map(({ name, range }, index) => (
          <tr key={name} class={index === 0 ? 'all' : undefined}>
            <th scope="row">{name}</th>
            <td class="figure">{rangeText(range)}</td>
            <td>
              <RangeBar range={range} most={most} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Items({ name, items }: { name: string; items: { text: string; detail?: string }[] }) {
  if (items.length === 0) return null
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {items.map(({ text, detail }) => (
          <li key={`${text} ${detail}`}>
            <bdi>{text}</bdi> {detail && <span class="muted">({detail})</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Links({ name, records }: { name: string; records: readonly RecordLink[] }) {
  const { change } = useLocation()
  if (records.length === 0) return null
  return (
    <section>
      <h3>{name}</h3>
      <ul>
        {records.map(({ id, title, date_start, date_end, fatalities }) => (
          <li key={id}>
            <button type="button" class="link" onClick={() => change({ record: id })}>
              <bdi>{title ?? id}</bdi>
            </button>
            , {days(date_start, date_end)}
            {fatalities && `, ${STRINGS.killed.toLowerCase()} ${rangeText(fatalities)}`}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Others({ name, ids }: { name: string; ids: readonly string[] }) {
  const { answer } = useApi<Page<RecordLink>>(
    ids.length === 0
      ? null
      : `/v1/incidents?${new URLSearchParams({ id: ids.join(','), limit: '1000', fields: 'id,title,date_start,date_end,fatalities' })}`,
  )
  return <Links name={name} records={answer?.data ?? []} />
}

/** A reported total with the share of it that recorded incidents account for. */
function TollShare({ id }: { id: string }) {
  const { answer } = useApi<Toll>(`/v1/tolls/${encodeURIComponent(id)}`)
  if (!answer) return null
  const { title, date_start, date_end, fatalities, accounted } = answer
  return (
    <section>
      <h3>{STRINGS.partOf}</h3>
      <p>
        <bdi>{title}</bdi>, {days(date_start, date_end)}
      </p>
      <meter
        min={0}
        max={Math.max(fatalities.best, accounted.best)}
        value={accounted.best}
        aria-label={title}
      />
      <p>{STRINGS.accounted(rangeText(accounted), rangeText(fatalities))}</p>
    </section>
  )
}

function Sources({ record: { sources } }: { record: IncidentDetail }) {
  if (sources.length === 0) return null
  return (
    <section>
      <h3>{STRINGS.sources}</h3>
      <ul>
        {sources.map(({ id, publisher, title, url, published_date }) => {
          const text = [publisher, title, published_date].filter(Boolean).join(', ')
          return (
            <li key={id}>
              {url && /^https?:/.test(url) ? (
                <a href={url} rel="external noreferrer">
                  <bdi>{text}</bdi>
                </a>
              ) : (
                <bdi>{text}</bdi>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Citation({ id }: { id: string }) {
  const { answer } = useApi<{ data: { id: string; name: string; licence: string; citation: string }[] }>(
    '/v1/datasets',
  )
  const dataset = answer?.data.find((one) => one.id === id)
  if (!dataset) return null
  return (
    <section>
      <h3>{dataset.name}</h3>
      <p>
        {STRINGS.citation}: <bdi>{dataset.citation}</bdi>
      </p>
      <p>
        {STRINGS.licence}: {dataset.licence}
      </p>
    </section>
  )
}
