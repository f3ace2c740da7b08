import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { operation } from '../http/openapi/operation.ts'
import { pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { EventType } from './event-type.schema.ts'
import type { EventTypeStore } from './event-type.store.ts'

const listEventTypes = operation({
  operationId: 'listEventTypes',
  summary: 'List event types',
  description:
    'The code book on one page: every event type followed by its sub-event types, with a cross-walk to the code books of ACLED, UCDP and GTD.',
  tag: 'event-types',
  response: {
    description: 'The code book.',
    schema: pageSchema('EventTypePage', EventType, 'The code book of event types.'),
  },
  example: '/v1/event-types',
})

/** Registers GET /event-types. */
export const eventTypeRoutes: FastifyPluginAsyncTypebox<{
  eventTypes: EventTypeStore
  pages: Pages
}> = async (app, { eventTypes, pages }) => {
  app.get('/event-types', { schema: listEventTypes }, async (request, reply) => {
    return pages.send(request, reply, { records: await eventTypes.list(), next: null, datasets: [] })
  })
}
