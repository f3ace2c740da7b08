import type { SchemaElement } from 'hyparquet-writer'
import { geojsonToWkb } from 'hyparquet-writer/src/wkb.js'
import { dayNumber } from '../../validation/calendar.ts'
import type { Column, ColumnType } from './columns.ts'
import { type Located, type Position, toPosition } from './geojson.ts'

/** The Parquet type of a value. */
type ValueElement = Pick<SchemaElement, 'type' | 'converted_type' | 'logical_type'>

const TEXT: ValueElement = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
const ELEMENTS: Record<ColumnType, ValueElement> = {
  text: TEXT,
  list: TEXT,
  count: { type: 'INT32' },
  degrees: { type: 'DOUBLE' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
}

/** Converts cells to what the writer expects; others are written as they are. */
const CONVERSIONS: Partial<Record<ColumnType, (cell: string) => unknown>> = {
  date: dayNumber,
  instant: (cell) => new Date(cell),
}

/** A value column of the file, with the levels of nesting that lead to it (parquet.apache.org, "Nested Encoding"). */
export interface Leaf<T> {
  /** From the root to the values. */
  path: SchemaElement[]
  /** Reads the values of records; levels are left out where each record has one value, which may be null. */
  read: (records: readonly T[]) => { values: unknown[]; definition?: number[]; repetition?: number[] }
}

/** A column of records as it is in the file: its elements in the order of the schema, and its leaves. */
export interface FileColumn<T> {
  elements: SchemaElement[]
  leaves: Leaf<T>[]
}

/** A column of values, null where there is none. */
export function valueColumn<T>({ name, type, value }: Column<T>): FileColumn<T> {
  const element: SchemaElement = { name, repetition_type: 'OPTIONAL', ...ELEMENTS[type] }
  const convert = CONVERSIONS[type]
  const read = (records: readonly T[]) => {
    const cells = records.map(value)
    return { values: convert ? cells.map((cell) => cell && convert(cell as string)) : cells }
  }
  return { elements: [element], leaves: [{ path: [element], read }] }
}

/** A list that is never null, of texts that may be (parquet.apache.org, "Logical Types", "Lists"). */
export function listColumn<T>(name: string, items: (record: T) => readonly (string | null)[]): FileColumn<T> {
  const path: SchemaElement[] = [
    {
      name,
      repetition_type: 'REQUIRED',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', ...TEXT },
  ]
  const read = (records: readonly T[]) => {
    const values: (string | null)[] = []
    const definition: number[] = []
    const repetition: number[] = []
    const add = (value: string | null, level: number, depth: number) => {
      values.push(value)
      definition.push(level)
      repetition.push(depth)
    }
    for (const record of records) {
      const list = items(record)
      if (list.length === 0) add(null, 0, 0)
      for (const [index, item] of list.entries()) add(item, item === null ? 1 : 2, index === 0 ? 0 : 1)
    }
    return { values, definition, repetition }
  }
  return { elements: path, leaves: [{ path, read }] }
}

/** The box around all points. */
export class Extent {
  west = Infinity
  south = Infinity
  east = -Infinity
  north = -Infinity

  include([longitude, latitude]: Position): void {
    this.west = Math.min(this.west, longitude)
    this.south = Math.min(this.south, latitude)
    this.east = Math.max(this.east, longitude)
    this.north = Math.max(this.north, latitude)
  }
}

/** Points as WKB; each that is written is included in the extent. */
export function geometryColumn<T extends Located>(extent: Extent): FileColumn<T> {
  const element: SchemaElement = { name: 'geometry', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' }
  const render = (record: T) => {
    const coordinates = toPosition(record)
    if (coordinates) extent.include(coordinates)
    return coordinates && geojsonToWkb({ type: 'Point', coordinates })
  }
  return {
    elements: [element],
    leaves: [{ path: [element], read: (records) => ({ values: records.map(render) }) }],
  }
}

/** The box of each point, by which readers skip row groups ("covering" in GeoParquet). */
export function boxColumn<T extends Located>(): FileColumn<T> {
  const box: SchemaElement = { name: 'bbox', repetition_type: 'OPTIONAL', num_children: BOX.length }
  const leaves = BOX.map(({ name, axis }): Leaf<T> => {
    const element: SchemaElement = { name, type: 'DOUBLE', repetition_type: 'REQUIRED' }
    const read = (records: readonly T[]) => ({
      values: records.map((record) => toPosition(record)?.[axis] ?? null),
    })
    return { path: [box, element], read }
  })
  return { elements: [box, ...leaves.flatMap(({ path }) => path.slice(1))], leaves }
}

const BOX = [
  { name: 'xmin', axis: 0 },
  { name: 'ymin', axis: 1 },
  { name: 'xmax', axis: 0 },
  { name: 'ymax', axis: 1 },
] as const

/** Describes the column `geometry` (geoparquet.org, "GeoParquet Specification", version 1.1.0). */
export function describeGeometry({ west, south, east, north }: Extent): object {
  const covering = Object.fromEntries(BOX.map(({ name }) => [name, ['bbox', name]]))
  const geometry = {
    encoding: 'WKB',
    geometry_types: ['Point'],
    ...(west <= east && { bbox: [west, south, east, north] }),
    covering: { bbox: covering },
  }
  return { version: '1.1.0', primary_column: 'geometry', columns: { geometry } }
}
