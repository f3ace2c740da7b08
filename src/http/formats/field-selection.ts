import type { TSchema } from 'typebox'
import { anyOf, enumeration } from '../../validation/types.ts'

type Node = TSchema & { properties?: Record<string, Node>; items?: Node; anyOf?: Node[] }

/** Lists every dot path of a schema, such as `fatalities`, `fatalities.best` and `actors.name`. */
function listPaths(schema: TSchema, prefix = ''): string[] {
  const { properties, items, anyOf = [] } = schema as Node
  const inner = [items, ...anyOf].flatMap((node) => (node ? listPaths(node, prefix) : []))
  const own = Object.entries(properties ?? {}).flatMap(([name, node]) => [
    `${prefix}${name}`,
    ...listPaths(node, `${prefix}${name}.`),
  ])
  return [...new Set([...own, ...inner])]
}

/** Copies the parts of a record that dot paths select, in the record's order; lists are selected item by item. */
export function selectFields(value: unknown, paths: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => selectFields(item, paths))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (paths.includes(name)) return [[name, inner]]
    const deeper = paths
      .filter((path) => path.startsWith(`${name}.`))
      .map((path) => path.slice(name.length + 1))
    return deeper.length > 0 ? [[name, selectFields(inner, deeper)]] : []
  })
  return Object.fromEntries(entries)
}

/** Builds the schema of the parameter `fields` for records of a schema. */
export function fieldsParameter(schema: TSchema) {
  return anyOf(enumeration(listPaths(schema), { description: 'A dot path.' }), {
    description:
      'Only these parts of each record, as dot paths such as `id`, `place.name`, `fatalities.best`; the records then lack the rest, required or not.',
  })
}
