import type { EventType } from './strings.ts'

/** A dot in the colour of an event type: the custom property of the style sheet with the name of the type. */
export function Dot({ type }: { type: EventType }) {
  return <span class="dot" style={{ background: `var(--${type})` }} />
}
