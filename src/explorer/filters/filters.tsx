import type { InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'
import type { Actor } from '../../actors/actor.schema.ts'
import type { Place } from '../../places/place.schema.ts'
import { type Facets, type Page, useApi } from '../shared/api.ts'
import { Dot } from '../shared/dot.tsx'
import { formatNumber } from '../shared/format.ts'
import { buildApiPath, FILTERS, useLocation } from '../shared/location.ts'
import { type EventType, STRINGS } from '../shared/strings.ts'
import { Combobox } from './combobox.tsx'

const MAX_SUGGESTIONS = 8
/** Actors of several data sets that are one are one suggestion. */
const MAX_ACTORS = 40

/** Wide enough for the filters next to the records; they are open at first. */
const WIDE_SCREEN = matchMedia('(width >= 52rem)')

/** The form with all filters. */
export function Filters() {
  const { params, change } = useLocation()
  const isFiltered = FILTERS.some((name) => params.has(name))
  return (
    <details class="filters" open={WIDE_SCREEN.matches}>
      <summary>{STRINGS.filters}</summary>
      <form aria-label={STRINGS.filters} onSubmit={(event) => event.preventDefault()}>
        <PlaceFilter />
        <div class="pair">
          <Field name="deaths_min" label={STRINGS.killedFrom} input={COUNT} />
          <Field name="deaths_max" label={STRINGS.killedTo} input={COUNT} />
        </div>
        <div class="pair days">
          <Field name="date_from" label={STRINGS.dateFrom} input={DAY} />
          <Field name="date_to" label={STRINGS.dateTo} input={DAY} />
        </div>
        <Field name="q" label={STRINGS.searchText} input={SEARCH} />
        <ActorFilter />
        <CheckboxFilter name="event_type" label={STRINGS.eventTypes} />
        <CheckboxFilter name="dataset" label={STRINGS.datasets} />
        <button
          type="button"
          disabled={!isFiltered}
          onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, null])))}
        >
          {STRINGS.reset}
        </button>
      </form>
    </details>
  )
}

const COUNT: InputHTMLAttributes = { type: 'number', min: 0, step: 1 }
const DAY: InputHTMLAttributes = { type: 'date' }
const SEARCH: InputHTMLAttributes = { type: 'search', dir: 'auto', placeholder: STRINGS.searchTextHint }

/** An input of one filter; its value is applied on Enter or when it loses the focus. */
function Field({ name, label, input }: { name: string; label: string; input: InputHTMLAttributes }) {
  const { params, change } = useLocation()
  const id = useId()
  const apply = ({ value, validity }: HTMLInputElement) => {
    if (validity.valid) change({ [name]: value.trim() })
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        key={params.get(name)}
        id={id}
        {...input}
        defaultValue={params.get(name) ?? ''}
        onChange={(event) => apply(event.currentTarget)}
        onKeyDown={(event) => event.key === 'Enter' && apply(event.currentTarget)}
      />
    </div>
  )
}

function PlaceFilter() {
  const { params, change } = useLocation()
  const [id, city] = [params.get('place'), params.get('city')]
  const { result } = useApi<Place>(id && `/v1/places/${encodeURIComponent(id)}`)
  return (
    <div>
      <Combobox<Page<Place>>
        label={STRINGS.place}
        hint={STRINGS.placeHint}
        buildPath={(text) => `/v1/places?${new URLSearchParams({ q: text, limit: String(MAX_SUGGESTIONS) })}`}
        readSuggestions={({ data }) =>
          data.map(({ id, name, kind, country_code, incidents }) => ({
            id,
            name,
            detail: [STRINGS.placeKinds[kind], country_code, STRINGS.recordCount(incidents)]
              .filter(Boolean)
              .join(', '),
          }))
        }
        onSelect={({ id }) => change({ place: id, city: null, map: null })}
        onText={(text) => change({ city: text, place: null, map: null })}
      />
      {id && <Chip text={result?.name ?? id} onRemove={() => change({ place: null, map: null })} />}
      {city && <Chip text={city} onRemove={() => change({ city: null, map: null })} />}
    </div>
  )
}

function ActorFilter() {
  const { params, change } = useLocation()
  const selected = params.get('actor')
  // An actor alone has the name of its data set; facets have those of identities.
  const isAlone = selected?.includes(':') === true
  const alone = useApi<Actor>(isAlone ? `/v1/actors/${encodeURIComponent(selected)}` : null)
  const facets = useApi<Facets>(
    selected && !isAlone
      ? buildApiPath('facets', params, { fields: 'actor', limit: '100', actor: selected })
      : null,
  )
  const known = [
    ...(alone.result?.id === selected ? [alone.result] : []),
    ...(facets.result?.data[0]?.values ?? []).filter(({ value }) => value === selected),
  ]
  const name = known[0]?.name
  return (
    <div>
      <Combobox<Page<Actor>>
        label={STRINGS.actor}
        hint={STRINGS.actorHint}
        buildPath={(text) => `/v1/actors?${new URLSearchParams({ q: text, limit: String(MAX_ACTORS) })}`}
        readSuggestions={({ data }) => suggestIdentities(data)}
        onSelect={({ id }) => change({ actor: id })}
        onText={(text) => change({ actor: text })}
      />
      {selected && <Chip text={name ?? selected} onRemove={() => change({ actor: null })} />}
    </div>
  )
}

/** Suggests actors of several data sets that are one once. */
function suggestIdentities(actors: readonly Actor[]) {
  const suggestions = actors.map((actor) => {
    const { id, name, incidents } = actor.identity ?? actor
    return { id, name, detail: `${STRINGS.actorKinds[actor.kind]}, ${STRINGS.recordCount(incidents)}` }
  })
  return suggestions
    .filter(({ id }, index) => suggestions.findIndex((other) => other.id === id) === index)
    .slice(0, MAX_SUGGESTIONS)
}

function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  return (
    <span class="chip">
      <bdi>{text}</bdi>
      <button type="button" aria-label={STRINGS.remove(text)} onClick={onRemove}>
        ×
      </button>
    </span>
  )
}

/** Checkboxes for the values of a field, each with its number of records under the other filters. */
function CheckboxFilter({ name, label }: { name: 'event_type' | 'dataset'; label: string }) {
  const { params, change } = useLocation()
  const selected = params.get(name)?.split(',') ?? []
  const { result } = useApi<Facets>(buildApiPath('facets', params, { fields: name, [name]: null }))
  const values = result?.data[0]?.values ?? []
  const absent = selected.filter((value) => !values.some((other) => other.value === value))
  const shown = [...values, ...absent.map((value) => ({ value, name: value, records: 0 }))]
  if (shown.length === 0) return null
  const toggle = (value: string) => {
    const next = selected.includes(value) ? selected.filter((other) => other !== value) : [...selected, value]
    change({ [name]: next.join(',') })
  }
  return (
    <fieldset>
      <legend>{label}</legend>
      {shown.map(({ value, name: displayName, records }) => (
        <label key={value} class="option">
          <input type="checkbox" checked={selected.includes(value)} onChange={() => toggle(value)} />
          {name === 'event_type' && <Dot type={value as EventType} />}
          <bdi>{name === 'event_type' ? STRINGS.eventTypeNames[value as EventType] : displayName}</bdi>
          <span class="muted count">{formatNumber(records)}</span>
        </label>
      ))}
    </fieldset>
  )
}
