import type { Static } from 'typebox'
import type { DatasetStore } from '../datasets/dataset.store.ts'
import { byteOrderMarkParameter } from '../http/formats/byte-order-mark.ts'
import { pageParameters } from '../http/paging/page.schema.ts'
import { NameResolver } from '../http/requests/name-resolution.ts'
import { incidentFilters } from '../incidents/incident.query.ts'
import type { Caller } from '../records.ts'
import { suggest } from '../text/suggest.ts'
import { Type } from '../validation/schema.ts'
import { anyOf, enumeration } from '../validation/types.ts'
import { INTERVALS } from './intervals.ts'
import { CELL_SIZES, DIMENSIONS, METRICS } from './stats.schema.ts'
import { type Combine, STATS_SORTS } from './stats.store.ts'

/** The formats of sums. */
export const STATS_FORMATS = ['json', 'csv', 'ndjson'] as const

/** An id in a list: as in `ID`, but without commas. */
const LISTED_ID = '[^\\s,\\x00-\\x1f\\x7f\\ufffd]+'

/** The parameters of GET /v1/stats. */
export const StatsQueryParameters = Type.Object(
  {
    group_by: Type.Optional(
      Type.Array(enumeration(DIMENSIONS, { description: 'A dimension.' }), {
        minItems: 1,
        maxItems: 3,
        uniqueItems: true,
        description:
          'One to three dimensions; one row for everything when left out. A record of several actors is in the row of each, one of several days in that of its first.',
      }),
    ),
    interval: Type.Optional(
      enumeration(INTERVALS, {
        description: 'The length of the intervals of `date`, `month` when left out; weeks begin on Monday.',
      }),
    ),
    cell_size: Type.Optional(
      Type.Unsafe<(typeof CELL_SIZES)[number]>({
        type: 'number',
        enum: [...CELL_SIZES],
        description:
          'The edge of the square cells of `cell`, in degrees from 180° west and the south pole, 1 when left out; 0.5 are the cells of PRIO-GRID.',
      }),
    ),
    metrics: anyOf(enumeration(METRICS, { description: 'What to sum.' }), {
      description: 'What to sum; `incidents,fatalities` when left out.',
    }),
    expand: anyOf(enumeration(['by_group'], { description: 'A part to add.' }), {
      description: '`by_group` adds the sums of each group of people.',
    }),
    ...incidentFilters,
    precision: Type.Optional(
      enumeration(['any', 'exact'], {
        description:
          '`exact` leaves out records that are known less precisely than they are grouped: under `cell` and `city` those not known to within 25 km, under `date` those not known to the interval. `any` when left out: they count where their data set puts them. Either way `notes` says how many there are.',
      }),
    ),
    combine: Type.Optional(
      Type.String({
        maxLength: 1000,
        pattern: `^(max|prefer:${LISTED_ID}(,${LISTED_ID})*)$`,
        description:
          'Combines data sets through accepted same-event links, and through nothing else: for each linked event counts the data set with the most killed (`max`), or the first of those named, such as `prefer:ucdp-ged,acled` (others follow by id). Records without a link all count. Without it the sums of several data sets are side by side.',
      }),
    ),
    fill: Type.Optional(
      enumeration(['zero'], {
        description:
          'Rows of zeros for intervals in which nothing is recorded, from `date_from` to `date_to` or as far as there are records; with `group_by=date`.',
      }),
    ),
    sort: Type.Optional(
      enumeration(STATS_SORTS, {
        description:
          'The order of the rows: by their group (dimensions in their order; places and actors by id) or by a sum. `group` when left out under `group_by=date`, else `-fatalities`. `-` is descending.',
      }),
    ),
    ...pageParameters,
    bom: byteOrderMarkParameter(),
    format: Type.Optional(
      enumeration(STATS_FORMATS, {
        description:
          'The format, before `Accept`. CSV and NDJSON have every row, up to 100,000, when `limit` is left out.',
      }),
    ),
  },
  { additionalProperties: false },
)
/** The parameters of GET /v1/stats. */
export type StatsQueryParameters = Static<typeof StatsQueryParameters>

/**
 * Parses how data sets are combined; null where they are not.
 * @throws ServiceError invalid_parameter for a data set that is not known
 */
export async function parseCombine(
  text: string | undefined,
  datasets: DatasetStore,
  caller: Caller,
): Promise<Combine | null> {
  if (text === undefined) return null
  if (text === 'max') return { rule: 'max' }
  const known = await datasets.ids()
  const resolution = new NameResolver(caller)
  const preferred = await resolution.resolveOrFail(
    'combine',
    text.slice('prefer:'.length).split(','),
    async (id) => (known.includes(id) ? [id] : []),
    async (id) => suggest(id, known).map((near) => text.replace(id, near)),
    'a data set: /v1/datasets lists them',
  )
  resolution.throwIfInvalid()
  return { rule: 'prefer', datasets: preferred ?? [] }
}
