import type { TObject, TSchema, Type as TypeBox } from 'typebox'

/**
 * What we use of TypeBox, with TypeBox's own types. Only its types are imported: its hundreds of files would take
 * longer to load than the rest of a start together.
 */
type Builder = Pick<
  typeof TypeBox,
  'Array' | 'Boolean' | 'Integer' | 'Number' | 'Object' | 'Omit' | 'Optional' | 'Record' | 'String' | 'Unsafe'
>

/** Schemas of properties that may be left out. */
const optional = new WeakSet<object>()

const simple = (type: string) => (options?: object) => ({ type, ...options })

function objectOf(properties: Record<string, object>, options?: object) {
  const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as object))
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options }
}

/** Builds JSON schemas whose types TypeScript knows, as TypeBox does; a test holds the two to each other. */
export const Type = {
  String: simple('string'),
  Integer: simple('integer'),
  Number: simple('number'),
  Boolean: simple('boolean'),
  Object: objectOf,
  Array: (items: TSchema, options?: object) => ({ type: 'array', items, ...options }),
  /** An object with texts as its names, all of one kind of value. */
  Record: (_: TSchema, value: TSchema, options?: object) => ({
    type: 'object',
    patternProperties: { '^.*$': value },
    ...options,
  }),
  Unsafe: (schema: TSchema) => ({ ...schema }),
  Optional(schema: TSchema) {
    const copy = { ...schema }
    optional.add(copy)
    return copy
  },
  Omit({ properties }: TObject, names: readonly string[], options?: object) {
    const rest = Object.entries(properties).filter(([name]) => !names.includes(name))
    return objectOf(Object.fromEntries(rest), options)
  },
} as unknown as Builder
