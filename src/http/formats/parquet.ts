import { setImmediate } from 'node:timers/promises'
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import { snappyCompress } from 'hyparquet-writer/src/snappy.js'
import { RELEASE } from '../../release.ts'
import type { Column } from './columns.ts'
import { type FileMetadata, formatRevision, watchDatasets } from './file-metadata.ts'
import type { Located } from './geojson.ts'
import {
  boxColumn,
  describeGeometry,
  Extent,
  type FileColumn,
  geometryColumn,
  type Leaf,
  listColumn,
  valueColumn,
} from './parquet-columns.ts'

/** Rows of one row group, which are held in memory. */
const GROUP_ROWS = 2500

/** Size of the pages of a column in a row group. */
const PAGE_BYTES = 2 ** 20

/** Bytes of the least and greatest text that the statistics of a column hold. */
const STATISTICS_BYTES = 64

let lastTurn: Promise<unknown> = Promise.resolve()
/** Waits until the event loop has run, after each of those that wait already. */
function takeTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => setImmediate())
  return lastTurn
}

/**
 * Renders records as the bytes of a Parquet file, one row group at a time. Lists are LIST columns; where latitude and
 * longitude are among the columns, it is GeoParquet 1.1: points as WKB in `geometry`, and their boxes in `bbox`. The
 * metadata of the file have the query, the state of the data, and licence and citation of each data set, in JSON.
 */
export async function* renderParquet<T extends Located & { dataset: string }>(
  columns: readonly Column<T>[],
  batches: AsyncIterable<readonly T[]>,
  metadata: FileMetadata,
): AsyncGenerator<Uint8Array> {
  const isGeographic = ['latitude', 'longitude'].every((name) =>
    columns.some((column) => column.name === name),
  )
  const extent = new Extent()
  const file = new GroupedFile<T>([
    ...columns.map((column) => (column.items ? listColumn(column.name, column.items) : valueColumn(column))),
    ...(isGeographic ? [geometryColumn<T>(extent), boxColumn<T>()] : []),
  ])
  const datasets = new Set<string>()
  let rows: T[] = []
  for await (const batch of watchDatasets(batches, datasets)) {
    rows.push(...batch)
    while (rows.length >= GROUP_ROWS) {
      await file.write(rows.slice(0, GROUP_ROWS))
      rows = rows.slice(GROUP_ROWS)
      yield file.take()
    }
  }
  if (rows.length > 0) await file.write(rows)
  file.finish({
    ...(isGeographic && { geo: describeGeometry(extent) }),
    query: metadata.url,
    revision: formatRevision(metadata.revision),
    datasets: await metadata.findCitations(datasets),
  })
  yield file.take()
}

/**
 * A Parquet file whose row groups leave memory as soon as they are written; the footer comes last. The event loop runs
 * between two columns of all files: the columns of a row group at once, as ParquetWriter.write() does it, block a server
 * for about 40 ms, and a column of each of eight files still for 200.
 */
class GroupedFile<T> {
  readonly #bytes = new ByteWriter()
  readonly #writer: ParquetWriter
  readonly #root: SchemaElement
  readonly #leaves: readonly Leaf<T>[]

  constructor(columns: readonly FileColumn<T>[]) {
    this.#root = { name: 'records', num_children: columns.length }
    this.#leaves = columns.flatMap(({ leaves }) => leaves)
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [this.#root, ...columns.flatMap(({ elements }) => elements)],
      createdBy: `conflict-incidents version ${RELEASE}`,
      statisticsTruncateLength: STATISTICS_BYTES,
    })
  }

  /** Writes a row group. */
  async write(rows: readonly T[]): Promise<void> {
    const start = this.#bytes.offset
    const chunks: ReturnType<typeof writeColumn>['chunk'][] = []
    for (const leaf of this.#leaves) {
      const written = this.#writeLeaf(leaf, rows)
      this.#writer.pendingIndexes.push(written)
      chunks.push(written.chunk)
      await takeTurn()
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

  #writeLeaf({ path, read }: Leaf<T>, rows: readonly T[]) {
    const { values, definition, repetition } = read(rows)
    return writeColumn({
      writer: this.#bytes,
      column: {
        columnName: path.map(({ name }) => name).join('.'),
        element: path.at(-1) as SchemaElement,
        schemaPath: [this.#root, ...path],
        codec: 'SNAPPY',
        compressors: { SNAPPY: snappyCompress },
        stats: true,
        statisticsTruncateLength: STATISTICS_BYTES,
        pageSize: PAGE_BYTES,
        columnIndex: false,
        offsetIndex: true,
      },
      pageData: {
        values,
        definitionLevels: definition ?? values.map((value) => (value === null ? 0 : 1)),
        repetitionLevels: repetition ?? [],
        maxDefinitionLevel: definition ? 2 : 1,
      },
    })
  }

  /** Writes the footer. @param metadata values by key, rendered as JSON unless they are texts */
  finish(metadata: Readonly<Record<string, unknown>>): void {
    this.#writer.kvMetadata = Object.entries(metadata).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }))
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
