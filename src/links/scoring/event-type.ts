import type { ScoreComponent } from './component.ts'
import { RULES } from './rules.ts'

/** Compares event types and sub-event types. */
export const eventType: ScoreComponent = {
  weight: RULES.event_type_weight.value,
  compare(a, b) {
    if (a.event_type === null || b.event_type === null) return null
    if (a.event_type !== b.event_type) return 0
    const isSame = a.sub_event_type !== null && a.sub_event_type === b.sub_event_type
    return isSame ? 1 : RULES.same_event_type.value
  },
  explain(a, b) {
    const without = [a, b].filter(({ event_type }) => event_type === null)
    if (without.length > 0) return `no event type in ${without.map(({ dataset }) => dataset).join(' and ')}`
    if (a.event_type !== b.event_type) return `${a.dataset} has ${a.event_type}, ${b.dataset} ${b.event_type}`
    return a.sub_event_type !== null && a.sub_event_type === b.sub_event_type
      ? `both ${a.event_type}, ${a.sub_event_type}`
      : `both ${a.event_type}, but not of one sub-type`
  },
}
