import type { Query as AnyQuery } from './query.ts'
import type { components, paths } from './schema.ts'

type Schemas = components['schemas']

/** Advice on a query that is permitted and finds less than was probably meant, such as an unknown name. */
export type Hint = Schemas['Hint']
/** What limits the sums of `/v1/stats`. */
export type Note = Schemas['Note']
/** An RFC 9457 problem document. */
export type Problem = Schemas['Problem']
/** A stable cause of an error; a newer service may have others. */
export type ErrorCode = Problem['code']
/** What is wrong with one parameter. */
export type ParameterError = NonNullable<Problem['errors']>[number]

/** A path of the API, as in its OpenAPI document: `/v1/incidents/{id}`. */
export type Path = keyof paths
type Parameters<P extends Path> = paths[P]['get']['parameters']
type Content<P extends Path> = paths[P]['get']['responses'][200]['content']
type PathWith<MediaType extends string> = {
  [P in Path]: MediaType extends keyof Content<P> ? P : never
}[Path]

/** A path that responds in JSON. */
export type JsonPath = PathWith<'application/json'>
/** A path that streams all records as NDJSON. */
export type StreamPath = PathWith<'application/x-ndjson'> & PagedPath
/** A path whose response is a page of a list. */
export type PagedPath = { [P in JsonPath]: WholeBody<P> extends Page ? P : never }[JsonPath]
/** A path whose records can be had as a file. */
export type FilePath = { [P in Path]: 'format' extends keyof Query<P> ? P : never }[Path]
/** The formats of a path. */
export type Format<P extends Path> = Query<P> extends { format?: infer F } ? NonNullable<F> : never

type WholeBody<P extends JsonPath> = Content<P> extends { 'application/json': infer Body } ? Body : never
interface Page {
  data: unknown[]
  page: { next: string | null }
}
type WholeItem<P extends JsonPath> = WholeBody<P> extends { data: (infer Item)[] } ? Item : never

/** The parameters of a path's query. */
type Query<P extends Path> = NonNullable<Parameters<P>['query']>
/** Parameters as they are given: lists may be constants, and what is undefined is left out. */
type Given<T> = {
  [K in keyof T]: (T[K] extends (infer Item)[] | undefined ? readonly Item[] : T[K]) | undefined
}
/** The names for `fields`, where it selects parts of the records. */
type Field<P extends Path> = P extends PagedPath
  ? Query<P> extends { fields?: (infer F)[] }
    ? F
    : never
  : never

/** The values of `fields`; undefined where whole records are requested. */
export type Fields<P extends Path> = readonly Field<P>[] | undefined

/** Options of a request. `Omitted` are parameters that the method sets itself. */
export type Options<P extends Path, F, Omitted extends string> = (Parameters<P> extends {
  path: infer T extends AnyQuery
}
  ? { /** The values of the path's `{…}`. */ path: T }
  : { path?: never }) & {
  /** Filters and other parameters. The items of a list may contain commas; an empty list is an error. */
  query?: [Field<P>] extends [never]
    ? Given<Omit<Query<P>, Omitted>>
    : Given<Omit<Query<P>, Omitted | 'fields'>> & {
        /** Only these parts of each record. All properties of the results are then optional. */
        fields?: F
      }
  /** Aborts the request, also while it waits for a retry: then the signal's reason is thrown. */
  signal?: AbortSignal | undefined
}

/** The options as a last argument, which can be left out unless the path has parameters. */
export type OptionsArgument<P extends Path, F, Omitted extends string> =
  Parameters<P> extends { path: unknown }
    ? [options: Options<P, F, Omitted>]
    : [options?: Options<P, F, Omitted>]

/** A value of which any part may be missing. */
export type Selected<T> = T extends readonly (infer Item)[]
  ? Selected<Item>[]
  : T extends object
    ? { [K in keyof T]?: Selected<T[K]> }
    : T

/** A record of a list; under `fields` any part of it may be missing. */
export type Item<P extends JsonPath, F = undefined> = [F] extends [undefined]
  ? WholeItem<P>
  : Selected<WholeItem<P>>

/** The JSON of a path. */
export type Body<P extends JsonPath, F = undefined> = [F] extends [undefined]
  ? WholeBody<P>
  : Omit<WholeBody<P>, 'data'> & { data: Item<P, F>[] }
