import { useEffect, useRef } from 'preact/hooks'
import type { Casualties, Group } from '../../figures/figure.schema.ts'
import type { IncidentDetail } from '../../incidents/incident.schema.ts'
import { useApi } from '../shared/api.ts'
import { ErrorMessage } from '../shared/error-message.tsx'
import { formatDays } from '../shared/format.ts'
import { useLocation, withBasePath } from '../shared/location.ts'
import { formatRange, RangeBar } from '../shared/range.tsx'
import { STRINGS } from '../shared/strings.ts'
import { Claims } from './claims.tsx'
import { RecordList, RecordListById, TollShare } from './linked-records.tsx'
import { Citation, Derivation, OriginalRow, Sources } from './provenance.tsx'

/** The panel with all details of one record. Takes the focus while open; Escape closes it. */
export function RecordPanel({ id }: { id: string }) {
  const { change } = useLocation()
  const { result, error, isLoading } = useApi<IncidentDetail>(
    `/v1/incidents/${encodeURIComponent(id)}?expand=provenance`,
  )
  const heading = useRef<HTMLHeadingElement>(null)
  const close = () => change({ record: null })
  useEffect(() => {
    const opener = document.activeElement
    heading.current?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  return (
    <aside
      class="record"
      aria-label={STRINGS.record}
      aria-busy={isLoading}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {result ? (result.title ?? nameEventType(result)) : id}
        </h2>
        <button type="button" aria-label={STRINGS.close} onClick={close}>
          ×
        </button>
      </header>
      <ErrorMessage error={error} />
      {!result && !error && <p class="muted">{STRINGS.loading}…</p>}
      {result && <Detail record={result} />}
    </aside>
  )
}

function nameEventType({ event_type }: Pick<IncidentDetail, 'event_type'>): string {
  return STRINGS.eventTypeNames[event_type ?? 'unknown']
}

function Detail({ record }: { record: IncidentDetail }) {
  const { kind, description, place, actors, weapons, sites, fatalities, injured, flags } = record
  const figures = [fatalities, injured].filter((figure) => figure !== null)
  const greatest = Math.max(...figures.flatMap(({ low, best, high }) => [low, best, high ?? 0]))
  // Leaves room to the right of the greatest number where an upper bound is not stated.
  const max = figures.some(({ high }) => high === null) ? greatest * 1.3 : greatest
  return (
    <>
      <p>
        {formatDays(record.date_start, record.date_end)}
        <Precision text={STRINGS.datePrecisions[record.date_precision]} />,{' '}
        <bdi>
          {[place.district, place.city, place.admin1, place.country ?? place.area].filter(Boolean).join(', ')}
        </bdi>
        <Precision text={STRINGS.geoPrecisions[record.geo_precision]} />
        <br />
        <span class="muted">
          {[nameType(record), record.conflict?.name, kind === 'group' && STRINGS.groupRecord]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      {description && <p dir="auto">{description}</p>}
      {fatalities && <Figures name={STRINGS.killed} figure={fatalities} max={max} />}
      {injured && <Figures name={STRINGS.injured} figure={injured} max={max} />}
      {flags.length > 0 && <p class="note">{STRINGS.unorderedRange}</p>}
      <Claims record={record} />
      <ItemList
        name={STRINGS.actors}
        items={actors.map(({ name, role, attribution }) => ({
          text: name,
          detail: [STRINGS.roles[role], attribution && STRINGS.attributions[attribution]]
            .filter(Boolean)
            .join(', '),
        }))}
      />
      <ItemList name={STRINGS.weapons} items={weapons.map((text) => ({ text }))} />
      <ItemList name={STRINGS.sites} items={sites.map(({ name }) => ({ text: name }))} />
      <RecordList name={STRINGS.parts} records={record.parts} />
      {record.tolls.map((toll) => (
        <TollShare key={toll.id} id={toll.id} />
      ))}
      <RecordListById
        name={STRINGS.partOf}
        ids={record.part_of.filter((id) => !record.tolls.some((toll) => toll.id === id))}
      />
      <RecordListById name={STRINGS.sameEvent} ids={record.same_as} />
      <Sources sources={record.sources} />
      <Citation dataset={record.dataset} />
      {record.original && <Derivation provenance={record.provenance ?? []} />}
      {record.original && <OriginalRow row={record.original} />}
      <p>
        <a href={withBasePath(`/v1/incidents/${encodeURIComponent(record.id)}`)}>{STRINGS.json}</a>
      </p>
    </>
  )
}

/** What of a record happened: UCDP codes the type of violence, and no event type. */
function nameType(record: IncidentDetail): string {
  const { event_type, violence_type } = record
  return event_type === null && violence_type ? STRINGS.violenceTypes[violence_type] : nameEventType(record)
}

function Precision({ text }: { text: string | null }) {
  return text && <span class="muted"> ({text})</span>
}

/** A figure in total and by group, all drawn to the same scale. */
function Figures({ name, figure, max }: { name: string; figure: Casualties; max: number }) {
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
            <td class="figure">{formatRange(range)}</td>
            <td>
              <RangeBar range={range} max={max} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ItemList({ name, items }: { name: string; items: { text: string; detail?: string }[] }) {
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
