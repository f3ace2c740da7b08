import type { Component } from './component.ts'
import { RULES } from './rules.ts'

/** The event type and sub-event type. */
export const eventType: Component = {
  weight: RULES.event_type_weight.value,
  compare(a, b) {
    if (a.event_type === null || b.event_type === null) return null
    if (a.event_type !== b.event_type) return 0
    const isSame = a.sub_event_type !== null && a.sub_event_type === b.sub_event_type
    return isSame ? 1 : RULES.same_event_type.value
  },
  reason(a, b) {
    const silent = [a, b].filter(({ event_type }) => event_type === null)
    if (silent.length > 0) return `no event type in ${silent.map(({ dataset }) => dataset).join(' and ')}`
    if (a.event_type !== b.event_type) return `${a.dataset} has ${a.event_type}, ${b.dataset} ${b.event_type}`
    return a.sub_event_type !== null && a.sub_event_type === b.sub_event_type
      ? `both ${a.event_type}, ${a.sub_event_type}`
      : `both ${a.event_type}, but not of one sub-type`
  },
}
