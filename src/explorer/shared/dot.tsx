import { type EventType, STRINGS } from './strings.ts'

/** The colour of an event type, as the style sheet has it by the name of the type. */
export function Dot({ type }: { type: EventType }) {
  return <span class="dot" style={{ background: `var(--${type})` }} />
}

/** What the colours on the map mean. */
export function Legend({ types }: { types: readonly EventType[] }) {
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
