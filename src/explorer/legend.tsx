import { type EventType, STRINGS } from './strings.ts'

/** What the colours on the map mean. */
export function Legend({ types }: { types: readonly EventType[] }) {
  return (
    <ul class="legend">
      {types.map((type) => (
        <li key={type}>
          <span class={`dot ${type}`} /> {STRINGS.eventTypeNames[type]}
        </li>
      ))}
    </ul>
  )
}
