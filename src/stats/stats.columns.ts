import { BOUNDS, GROUPS } from '../figures/figure.schema.ts'
import type { Cell, Column } from '../http/formats/columns.ts'
import type { CasualtySum, Dimension, Metric, StatsRow, Sum } from './stats.schema.ts'

const plain = (name: Dimension): Column<StatsRow> => ({
  name,
  path: `by.${name}`,
  type: 'text',
  description: 'As in the row.',
  value: ({ by }) => (by[name] ?? null) as Cell,
})

const named = (name: 'country' | 'admin1' | 'city' | 'conflict' | 'dyad' | 'actor'): Column<StatsRow>[] => [
  { ...plain(name), name: `${name}_id`, value: ({ by }) => by[name]?.id ?? null },
  { ...plain(name), value: ({ by }) => by[name]?.name ?? null },
]

const degrees = (name: string, path: string, value: (row: StatsRow) => Cell): Column<StatsRow> => ({
  name,
  path,
  type: 'degrees',
  description: 'As in the row.',
  value,
})

const DIMENSION_COLUMNS: { [D in Dimension]: Column<StatsRow>[] } = {
  date: [
    { ...plain('date'), name: 'date_from', type: 'date', value: ({ by }) => by.date?.from ?? null },
    { ...plain('date'), name: 'date_to', type: 'date', value: ({ by }) => by.date?.to ?? null },
  ],
  country: named('country'),
  admin1: named('admin1'),
  city: named('city'),
  actor: named('actor'),
  event_type: [plain('event_type')],
  sub_event_type: [plain('sub_event_type')],
  violence_type: [plain('violence_type')],
  conflict: named('conflict'),
  dyad: named('dyad'),
  date_precision: [plain('date_precision')],
  geo_precision: [plain('geo_precision')],
  dataset: [plain('dataset')],
  kind: [plain('kind')],
  cell: [
    ...(['west', 'south', 'east', 'north'] as const).map((edge) =>
      degrees(edge, `by.cell.${edge}`, ({ by }) => by.cell?.[edge] ?? null),
    ),
    ...(['latitude', 'longitude'] as const).map((name) =>
      degrees(name, `position.${name}`, ({ position }) => position?.[name] ?? null),
    ),
  ],
}

const number = (name: string, path: string, value: (row: StatsRow) => Cell): Column<StatsRow> => ({
  name,
  path,
  type: 'count',
  description: 'As in the row; an empty cell is null.',
  value,
})

const SUMS = [...BOUNDS, 'high_known'] as const

const casualties = (metric: 'fatalities' | 'injured', byGroup: boolean): Column<StatsRow>[] => {
  const sums = (infix: string, of: (sum: CasualtySum) => Sum | null) =>
    [...SUMS, 'unstated' as const].map((bound) =>
      number(`${metric}${infix}_${bound}`, metric, (row) => {
        const all = row[metric]
        return all ? (of(all)?.[bound] ?? null) : null
      }),
    )
  return [
    ...sums('', (all) => all),
    ...(byGroup ? GROUPS.flatMap((group) => sums(`_${group}`, (all) => all.by_group?.[group] ?? null)) : []),
  ]
}

/** The columns of sums in CSV, in order: the dimensions, then the sums. Empty cells are null. */
export function statsColumns(
  dimensions: readonly Dimension[],
  metrics: readonly Metric[],
  byGroup: boolean,
): Column<StatsRow>[] {
  return [
    ...dimensions.flatMap((dimension) => DIMENSION_COLUMNS[dimension]),
    number('records', 'records', ({ records }) => records),
    ...(dimensions.includes('date') ? [number('spread', 'spread', ({ spread }) => spread ?? null)] : []),
    ...metrics.flatMap((metric) =>
      metric === 'incidents'
        ? SUMS.map((bound) =>
            number(`incidents_${bound}`, 'incidents', ({ incidents }) => incidents?.[bound] ?? null),
          )
        : casualties(metric, byGroup),
    ),
  ]
}
