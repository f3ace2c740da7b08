import { type EventType, STRINGS } from './strings.ts'

/** What the colours and sizes on the map mean. */
export function Legend() {
  return (
    <ul class="legend">
      {(Object.keys(STRINGS.eventTypeNames) as EventType[]).map((type) => (
        <li key={type}>
          <span class={`dot ${type}`} /> {STRINGS.eventTypeNames[type]}
        </li>
      ))}
      <li>{STRINGS.sizeIsDeaths}</li>
    </ul>
  )
}
