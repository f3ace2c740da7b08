import { setImmediate } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { requireCsvForMark } from '../http/formats/byte-order-mark.ts'
import type { Column } from '../http/formats/columns.ts'
import { renderCsvHeader, renderCsvRows } from '../http/formats/csv.ts'
import { dispositionHeader } from '../http/formats/file-name.ts'
import { toJsonHeader } from '../http/formats/formats.ts'
import { operation } from '../http/openapi/operation.ts'
import { pageSchema } from '../http/paging/page.schema.ts'
import { envelope, linkNext, type Pages } from '../http/paging/pages.ts'
import { callerOf } from '../http/requests/caller.ts'
import { COSTS } from '../http/requests/cost.ts'
import { resolveOnce } from '../http/requests/known-request.ts'
import { parameterError } from '../http/requests/parameters.ts'
import type { StreamLimiter } from '../http/server/stream-limiter.ts'
import { resolveFilter, type Vocabularies } from '../incidents/incident.filter.ts'
import { hintAtNothing } from '../incidents/incident.hints.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import { omitUndefined, parse, type SerializedJson } from '../records.ts'
import { Toll } from '../tolls/toll.schema.ts'
import type { TollStore } from '../tolls/toll.store.ts'
import { Type } from '../validation/schema.ts'
import { list, nullable } from '../validation/types.ts'
import { requirePrecision, restrictPrecision } from './precision.ts'
import { statsColumns } from './stats.columns.ts'
import { collectNotes } from './stats.notes.ts'
import { parseCombine, STATS_FORMATS, StatsQueryParameters } from './stats.query.ts'
import { Combination, DatasetSum, Notes, StatsRow, StatsTotal } from './stats.schema.ts'
import type { StatsQuery, StatsStore } from './stats.store.ts'

/** The number of rows that CSV and NDJSON may have without a limit. */
const MAX_ROWS = 100_000
/** The number of reported totals shown with the sums. */
const MAX_TOLLS = 100
/** Rows rendered at a time: other requests go on between batches. */
const BATCH_SIZE = 500

const StatsPage = pageSchema('StatsPage', StatsRow, 'A page of sums.', {
  total: nullable(StatsTotal, {
    description: 'All matching records, each counted once; null where several data sets are side by side.',
  }),
  by_dataset: list(DatasetSum, { description: 'The sums of each data set.', maxItems: 1000 }),
  combined: nullable(Combination, {
    description: 'How data sets were combined; null without `combine`.',
  }),
  tolls: list(Toll, {
    description:
      'Reported totals of the place and period, each with what its recorded incidents account for. Never part of a sum.',
    maxItems: MAX_TOLLS,
  }),
  notes: Notes,
})

const getStats = operation({
  operationId: 'getStats',
  summary: 'Sum incidents, killed and injured',
  description: `How many attacks, killed and injured, grouped by up to three dimensions, with low, best and high.

No death is counted twice:

- A group counts, bound by bound, its parts plus what remains of its own figure: \`max(own − parts, 0) + parts\`. What remains is the group's own in every sum, whichever of its parts match the filters.
- A reported total is never added. \`tolls\` shows those of the place and period with the share that recorded incidents account for.
- \`incidents\` counts a group by its \`incident_count\`.
- A null \`high\` means that of at least one record no upper bound was stated; \`high_known\` sums the others. A null sum means that no record states the figure; \`unstated\` counts the records that do not.
- Data sets may describe the same attacks, so their sums are shown side by side; \`combine\` combines them through accepted same-event links only.
- A record that overlaps the period counts whole; \`notes\` says how many also lie outside it. Under \`group_by=date\` a record counts whole in the interval of its first day, so that the sums of two periods add up to those of both, and \`notes\` says which records began before the period.
- A record of several actors is in the row of each, and once in \`total\`.
- A record that is known less precisely than it is grouped, such as to the governorate under \`group_by=cell\`, counts where its data set puts it, or not at all with \`precision=exact\`; \`notes\` says how many there are.

CSV has one row a group: for each dimension its column (\`date_from\` and \`date_to\`; of places and actors \`…_id\` and the name; of cells \`west\`, \`south\`, \`east\`, \`north\` and the mean \`latitude\` and \`longitude\`), then \`records\`, \`spread\`, \`incidents_low\`, \`incidents_best\`, \`incidents_high\`, \`incidents_high_known\` and the same of \`fatalities\` and \`injured\` with \`…_unstated\`. In CSV and NDJSON hints go into the header \`x-hints\`, notes into \`x-notes\`.`,
  tag: 'stats',
  query: StatsQueryParameters,
  response: {
    description: 'The sums.',
    mediaTypes: {
      'application/json': StatsPage,
      'text/csv': Type.String({ description: 'One row a group, with a header.', maxLength: 200_000_000 }),
      'application/x-ndjson': Type.String({
        description: 'One JSON row (StatsRow) a line.',
        maxLength: 200_000_000,
      }),
    },
  },
  headers: ['Content-Disposition', 'X-Hints', 'X-Notes'],
  errors: ['invalid_cursor'],
  example: '/v1/stats?city=Baghdad&date_from=2017-01-02&date_to=2017-01-02&group_by=date&interval=day',
})

/** GET /stats. */
export const statsRoutes: FastifyPluginAsyncTypebox<{
  stats: StatsStore
  tolls: TollStore
  vocabularies: Vocabularies
  pages: Pages
  streams: StreamLimiter
}> = async (app, { stats, tolls, vocabularies, pages, streams }) => {
  const config = { formats: STATS_FORMATS, cost: COSTS.sum }
  app.get('/stats', { schema: getStats, config }, async (request, reply) => {
    const { query: asked, format } = request
    const caller = callerOf(request)
    const resolved = await resolveOnce(request, () => resolveFilter(asked, vocabularies, caller))
    const { filter } = resolved
    const hasEnvelope = format === 'json'
    requireCsvForMark(asked, format)
    const isWhole = !hasEnvelope && asked.limit === undefined && asked.cursor === undefined
    const { limit, after } = await pages.readSliceRequest(request)
    const combine = await parseCombine(asked.combine, vocabularies.datasets, caller)
    const query = toStatsQuery(asked, { filter, combine, limit: isWhole ? MAX_ROWS : limit, after })
    const answer = await stats.stats(query, caller)
    const findsNothing = () => answer.byDataset.length === 0
    const atNothing = await hintAtNothing(filter, vocabularies.incidents, caller, findsNothing)
    const hints = [...resolved.hints, ...atNothing]
    const comparable = tollFilter(filter)
    const notes = collectNotes(answer, query, { comparesTolls: comparable !== null })
    if (format !== 'json') {
      if (isWhole && answer.next) throw tooManyRows()
      if (hints.length > 0) reply.header('x-hints', toJsonHeader(hints))
      if (notes.length > 0) reply.header('x-notes', toJsonHeader(notes))
      reply.header('content-disposition', dispositionHeader(request, format))
      const columns = statsColumns(answer.groupBy, query.metrics, query.byGroup)
      const rows =
        format === 'csv'
          ? renderRows(answer.rows, columns, asked.bom !== undefined)
          : renderLines(answer.rows)
      return streams.send(request, reply, rows)
    }
    const slice = {
      records: answer.rows,
      next: answer.next,
      datasets: answer.byDataset.map(({ dataset }) => dataset),
    }
    const content = await pages.build(request, slice, { hints })
    const shown = comparable && (await tolls.list(comparable, { limit: MAX_TOLLS, after: null }))
    const { total, byDataset: by_dataset, combined } = answer
    const more = JSON.stringify({ total, by_dataset, combined, notes }).slice(1, -1)
    linkNext(reply, content)
    return reply.send(
      `{"data":[${answer.rows.join(',')}],${envelope(content)},${more},"tolls":[${shown?.records.join(',') ?? ''}]}`,
    )
  })
}

function toStatsQuery(
  asked: StatsQueryParameters,
  resolved: Pick<StatsQuery, 'filter' | 'combine' | 'limit' | 'after'>,
): StatsQuery {
  const { group_by: groupBy = [], fill, expand, metrics = ['incidents', 'fatalities'] } = asked
  const { interval = 'month', precision = 'any' } = asked
  const required = requirePrecision(groupBy, interval)
  const { filter } = resolved
  if (precision === 'exact' && Object.keys(required).length === 0)
    throw parameterError([{ parameter: 'precision', reason: 'requires group_by=cell, city or date' }])
  if (fill && !groupBy.includes('date'))
    throw parameterError([{ parameter: 'fill', reason: 'requires group_by=date' }])
  return {
    ...resolved,
    filter: precision === 'exact' ? restrictPrecision(filter, required) : filter,
    wholeFilter: filter,
    required,
    groupBy,
    interval,
    cellSize: asked.cell_size ?? 1,
    metrics,
    byGroup: expand !== undefined,
    sort: asked.sort ?? (groupBy.includes('date') ? 'group' : '-fatalities'),
    fill: fill !== undefined,
  }
}

/** The filter of reported totals; null where the filter of incidents has parameters that totals lack. */
function tollFilter({
  city,
  place,
  admin1,
  country,
  dataset,
  date_from,
  date_to,
  ...others
}: IncidentFilter) {
  if (Object.keys(others).length > 0) return null
  return omitUndefined({ city, place, admin1, country, dataset, date_from, date_to })
}

function tooManyRows() {
  const reason = `is required: there are more than ${MAX_ROWS} rows, which must be read in pages`
  return parameterError([{ parameter: 'limit', reason }])
}

async function* renderRows(
  rows: readonly SerializedJson<StatsRow>[],
  columns: readonly Column<StatsRow>[],
  hasMark: boolean,
): AsyncGenerator<string> {
  yield renderCsvHeader(columns, hasMark)
  for await (const batch of inBatches(rows)) yield renderCsvRows(columns, batch.map(parse))
}

async function* renderLines(rows: readonly SerializedJson<StatsRow>[]): AsyncGenerator<string> {
  for await (const batch of inBatches(rows)) yield batch.map((row) => `${row}\n`).join('')
}

/** Cuts rows into batches; other requests go first between two of them. */
async function* inBatches<T>(rows: readonly T[]): AsyncGenerator<T[]> {
  for (let at = 0; at < rows.length; at += BATCH_SIZE) {
    yield rows.slice(at, at + BATCH_SIZE)
    await setImmediate()
  }
}
