import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { RELEASE } from '../release.ts'
import { dayNumber } from '../validation/calendar.ts'
import type { Column, ColumnType } from './columns.ts'

/**
 * Rows of one row group. A group is held in memory, and encoding it keeps the process from everything else
 * (some 40 ms for incidents); fewer rows make larger files.
 */
const GROUP = 5000

/** How a type of column is stored. */
interface Stored {
  element: Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>
  /** What the writer takes for a cell. */
  value?: (cell: string) => unknown
}

const TEXT: Stored = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
}
const TYPES: Record<ColumnType, Stored> = {
  text: TEXT,
  list: TEXT,
  count: { element: { type: 'INT32' } },
  degrees: { element: { type: 'DOUBLE' } },
  date: {
    element: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
    value: dayNumber,
  },
  instant: {
    element: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    },
    value: (cell) => new Date(cell),
  },
}

/** Records as the bytes of a Parquet file, row group by row group as they come; no more is held in memory. */
export async function* parquet<T>(
  columns: readonly Column<T>[],
  batches: AsyncIterable<readonly T[]>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter()
  const file = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: CREATOR })
  let rows: T[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    while (rows.length >= GROUP) {
      writeGroup(file, columns, rows.slice(0, GROUP))
      rows = rows.slice(GROUP)
      yield take(bytes)
    }
  }
  if (rows.length > 0) writeGroup(file, columns, rows)
  file.finish()
  yield take(bytes)
}

const CREATOR = `conflict-incidents version ${RELEASE}`

function schemaOf<T>(columns: readonly Column<T>[]): SchemaElement[] {
  return [
    { name: 'incidents', num_children: columns.length },
    ...columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...TYPES[type].element,
    })),
  ]
}

function writeGroup<T>(file: ParquetWriter, columns: readonly Column<T>[], rows: readonly T[]): void {
  const columnData = columns.map(({ name, type, value: read }) => {
    const { value } = TYPES[type]
    const cells = rows.map(read)
    return { name, data: value ? cells.map((cell) => cell && value(cell as string)) : cells }
  })
  file.write({ columnData, rowGroupSize: rows.length })
}

/** What has been written since the last time. The writer goes on counting its offset in the file. */
function take(bytes: ByteWriter): Uint8Array {
  const taken = bytes.getBytes().slice()
  bytes.index = 0
  return taken
}
