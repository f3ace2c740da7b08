import type { SerializedJson } from '../records.ts'
import type { EventType } from './event-type.schema.ts'

/** Read access to the code book of event types. */
export interface EventTypeStore {
  /** Every entry, each event type before its sub-event types. */
  list(): Promise<SerializedJson<EventType>[]>
}
