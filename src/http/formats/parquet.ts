import { setImmediate } from 'node:timers/promises'
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import { snappyCompress } from 'hyparquet-writer/src/snappy.js'
import { RELEASE } from '../../release.ts'
import { dayNumber } from '../../validation/calendar.ts'
import type { Column, ColumnType } from './columns.ts'

/** Rows of one row group: so many are held in memory. */
const GROUP = 5000

/** A column of a row group is cut into pages of so many bytes. */
const PAGE = 2 ** 20

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

/** Records as the bytes of a Parquet file, row group by row group as they come. */
export async function* renderParquet<T>(
  columns: readonly Column<T>[],
  batches: AsyncIterable<readonly T[]>,
): AsyncGenerator<Uint8Array> {
  const file = new GroupedFile(columns)
  let rows: T[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    while (rows.length >= GROUP) {
      await file.write(rows.slice(0, GROUP))
      rows = rows.slice(GROUP)
      yield file.take()
    }
  }
  if (rows.length > 0) await file.write(rows)
  file.finish()
  yield file.take()
}

/**
 * A Parquet file of which each row group leaves memory as soon as it is written; the footer comes last. Columns
 * are written one by one, others going on between them: all at once, as ParquetWriter.write() has it, they
 * keep a server from every other request for some 40 ms.
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
      const written = this.#writeColumn(element, valuesOf(column, rows))
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
        pageSize: PAGE,
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

  /** What has been written since the last time. */
  take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice()
    // The writer's offset in the file goes on counting.
    this.#bytes.index = 0
    return taken
  }
}

function valuesOf<T>({ type, value: read }: Column<T>, rows: readonly T[]): unknown[] {
  const { value } = TYPES[type]
  const cells = rows.map(read)
  return value ? cells.map((cell) => cell && value(cell as string)) : cells
}
