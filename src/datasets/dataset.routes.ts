import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { operation } from '../http/openapi/operation.ts'
import { pageSchema } from '../http/paging/page.schema.ts'
import type { Pages } from '../http/paging/pages.ts'
import { Dataset } from './dataset.schema.ts'
import type { DatasetStore } from './dataset.store.ts'

const listDatasets = operation({
  operationId: 'listDatasets',
  summary: 'List data sets',
  description: 'Every data set that records come from, on one page.',
  tag: 'datasets',
  response: { description: 'The data sets.', schema: pageSchema('DatasetPage', Dataset, 'Every data set.') },
  example: '/v1/datasets',
})

/** Registers GET /datasets. */
export const datasetRoutes: FastifyPluginAsyncTypebox<{ datasets: DatasetStore; pages: Pages }> = async (
  app,
  { datasets, pages },
) => {
  app.get('/datasets', { schema: listDatasets }, async (request, reply) => {
    const records = await datasets.list()
    return pages.send(request, reply, { records, next: null, datasets: await datasets.ids() })
  })
}
