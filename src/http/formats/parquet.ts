import { setImmediate } from 'node:timers/promises'
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import { snappyCompress } from 'hyparquet-writer/src/snappy.js'
import { RELEASE } from '../../release.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { Column, ColumnType } from './columns.ts'

/** Rows of one row group, which are held in memory. */
const GROUP_ROWS = 5000

/** Size of the pages of a column in a row group. */
const PAGE_BYTES = 2 ** 20

/** The Parquet type of a column. */
interface ParquetType {
  element: Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>
  /** Converts a cell to what the writer expects; left out, cells are written as they are. */
  value?: (cell: string) => unknown
}

const TEXT: ParquetType = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
}
const TYPES: Record<ColumnType, ParquetType> = {
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

/** Renders records as the bytes of a Parquet file, one row group at a time. */
export async function* renderParquet<T>(
  columns: readonly Column<T>[],
  batches: AsyncIterable<readonly T[]>,
): AsyncGenerator<Uint8Array> {
  const file = new GroupedFile(columns)
  let rows: T[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    while (rows.length >= GROUP_ROWS) {
      await file.write(rows.slice(0, GROUP_ROWS))
      rows = rows.slice(GROUP_ROWS)
      yield file.take()
    }
  }
  if (rows.length > 0) await file.write(rows)
  file.finish()
  yield file.take()
}

/**
 * A Parquet file whose row groups leave memory as soon as they are written; the footer comes last. The event loop runs
 * between two columns: all columns at once, as ParquetWriter.write() does it, block a server for about 40 ms.
 */
class GroupedFile<T> {
  readonly #bytes = new ByteWriter()
  readonly #writer: ParquetWriter
  readonly #root: SchemaElement
  readonly #columns: readonly { column: Column<T>; element: SchemaElement }[]

  constructor(columns: readonly Column<T>[]) {
    this.#root = { name: 'records', num_children: columns.length }
    this.#columns = columns.map((column) => {
      const { name, type } = column
      return { column, element: { name, repetition_type: 'OPTIONAL', ...TYPES[type].element } }
    })
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [this.#root, ...this.#columns.map(({ element }) => element)],
      createdBy: `conflict-incidents version ${RELEASE}`,
    })
  }

  /** Writes a row group. */
  async write(rows: readonly T[]): Promise<void> {
    const start = this.#bytes.offset
    const chunks: ReturnType<typeof writeColumn>['chunk'][] = []
    for (const { column, element } of this.#columns) {
      const written = this.#writeColumn(element, readValues(column, rows))
      this.#writer.pendingIndexes.push(written)
      chunks.push(written.chunk)
      await setImmediate()
    }
    const sizes = chunks.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n)
    this.#writer.num_rows += BigInt(rows.length)
    this.#writer.row_groups.push({
      columns: chunks,
      num_rows: BigInt(rows.length),
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      total_compressed_size: BigInt(this.#bytes.offset - start),
    })
  }

  #writeColumn(element: SchemaElement, values: unknown[]) {
    return writeColumn({
      writer: this.#bytes,
      column: {
        columnName: element.name,
        element,
        schemaPath: [this.#root, element],
        codec: 'SNAPPY',
        compressors: { SNAPPY: snappyCompress },
        stats: true,
        pageSize: PAGE_BYTES,
        columnIndex: false,
        offsetIndex: true,
      },
      pageData: {
        values,
        definitionLevels: values.map((value) => (value === null ? 0 : 1)),
        repetitionLevels: [],
        maxDefinitionLevel: 1,
      },
    })
  }

  /** Writes the footer. */
  finish(): void {
    this.#writer.finish()
  }

  /** Returns the bytes written since the last call. */
  take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice()
    // Only the buffer is emptied: the writer's offset in the file goes on counting.
    this.#bytes.index = 0
    return taken
  }
}

function readValues<T>({ type, value: read }: Column<T>, rows: readonly T[]): unknown[] {
  const { value } = TYPES[type]
  const cells = rows.map(read)
  return value ? cells.map((cell) => cell && value(cell as string)) : cells
}
