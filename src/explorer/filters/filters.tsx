import type { InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'
import type { Actor } from '../../actors/actor.schema.ts'
import type { Place } from '../../places/place.schema.ts'
import type { Facets, Page } from '../answers.ts'
import { useApi } from '../shared/api.ts'
import { Combobox } from './combobox.tsx'
import { Dot } from '../shared/dot.tsx'
import { apiPath, FILTERS, useLocation } from '../shared/location.ts'
import { type EventType, number, STRINGS } from '../shared/strings.ts'

/** Suggestions that a field shows. */
const SUGGESTIONS = '8'

/** Where there is room beside the records, filters are open from the start. */
const WIDE = matchMedia('(width >= 52rem)')

/** Everything that records can be asked for by. */
export function Filters() {
  const { params, change } = useLocation()
  const isFiltered = FILTERS.some((name) => params.has(name))
  return (
    <details class="filters" open={WIDE.matches}>
      <summary>{STRINGS.filters}</summary>
      <form aria-label={STRINGS.filters} onSubmit={(event) => event.preventDefault()}>
        <PlaceFilter />
        <div class="pair">
          <Field name="deaths_min" label={STRINGS.deathsMin} input={COUNT} />
          <Field name="deaths_max" label={STRINGS.deathsMax} input={COUNT} />
        </div>
        <div class="pair days">
          <Field name="date_from" label={STRINGS.from} input={DAY} />
          <Field name="date_to" label={STRINGS.to} input={DAY} />
        </div>
        <Field name="q" label={STRINGS.words} input={WORDS} />
        <ActorFilter />
        <Choices name="event_type" label={STRINGS.eventTypes} />
        <Choices name="dataset" label={STRINGS.datasets} />
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
const WORDS: InputHTMLAttributes = { type: 'search', dir: 'auto', placeholder: STRINGS.wordsHint }

/** One value that is typed; it counts when the field is left or Enter is pressed. */
function Field({ name, label, input }: { name: string; label: string; input: InputHTMLAttributes }) {
  const { params, change } = useLocation()
  const id = useId()
  const take = ({ value, validity }: HTMLInputElement) => {
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
        onChange={(event) => take(event.currentTarget)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget)}
      />
    </div>
  )
}

function PlaceFilter() {
  const { params, change } = useLocation()
  const [id, city] = [params.get('place'), params.get('city')]
  const { answer } = useApi<Place>(id && `/v1/places/${encodeURIComponent(id)}`)
  return (
    <div>
      <Combobox<Page<Place>>
        label={STRINGS.place}
        hint={STRINGS.placeHint}
        path={(text) => `/v1/places?${new URLSearchParams({ q: text, limit: SUGGESTIONS })}`}
        suggestionsOf={({ data }) =>
          data.map(({ id, name, kind, country_code, incidents }) => ({
            id,
            name,
            detail: `${kind}, ${country_code}, ${STRINGS.records(incidents)}`,
          }))
        }
        onChoose={({ id }) => change({ place: id, city: null, map: null })}
        onText={(text) => change({ city: text, place: null, map: null })}
      />
      {id && <Chip text={answer?.name ?? id} onRemove={() => change({ place: null, map: null })} />}
      {city && <Chip text={city} onRemove={() => change({ city: null, map: null })} />}
    </div>
  )
}

function ActorFilter() {
  const { params, change } = useLocation()
  const chosen = params.get('actor')
  const { answer } = useApi<Facets>(
    chosen && apiPath('facets', params, { fields: 'actor', limit: '100', actor: chosen }),
  )
  const name = answer?.data[0]?.values.find(({ value }) => value === chosen)?.name
  return (
    <div>
      <Combobox<Page<Actor>>
        label={STRINGS.actor}
        hint={STRINGS.actorHint}
        path={(text) => `/v1/actors?${new URLSearchParams({ q: text, limit: SUGGESTIONS })}`}
        suggestionsOf={({ data }) =>
          data.map(({ id, name, kind, incidents }) => ({
            id,
            name,
            detail: `${kind}, ${STRINGS.records(incidents)}`,
          }))
        }
        onChoose={({ id }) => change({ actor: id })}
        onText={(text) => change({ actor: text })}
      />
      {chosen && <Chip text={name ?? chosen} onRemove={() => change({ actor: null })} />}
    </div>
  )
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

/** Values of a field, each with how many records the other filters leave of it. */
function Choices({ name, label }: { name: 'event_type' | 'dataset'; label: string }) {
  const { params, change } = useLocation()
  const chosen = params.get(name)?.split(',') ?? []
  const { answer } = useApi<Facets>(apiPath('facets', params, { fields: name, [name]: null }))
  const values = answer?.data[0]?.values ?? []
  const gone = chosen.filter((value) => !values.some((other) => other.value === value))
  const shown = [...values, ...gone.map((value) => ({ value, name: value, records: 0 }))]
  if (shown.length === 0) return null
  const toggle = (value: string) => {
    const next = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]
    change({ [name]: next.join(',') })
  }
  return (
    <fieldset>
      <legend>{label}</legend>
      {shown.map(({ value, name: shownAs, records }) => (
        <label key={value} class="choice">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          {name === 'event_type' && <Dot type={value as EventType} />}
          <bdi>{name === 'event_type' ? STRINGS.eventTypeNames[value as EventType] : shownAs}</bdi>
          <span class="muted count">{number(records)}</span>
        </label>
      ))}
    </fieldset>
  )
}
