export {
  type Advice,
  type ClientOptions,
  ConflictIncidents,
  type Download,
  type RecordStream,
} from './client.ts'
export { ProblemError, TransferError } from './errors.ts'
export type { CacheOptions } from './etag-cache.ts'
export type { components, paths } from './schema.ts'
export type {
  Body,
  ErrorCode,
  Hint,
  Item,
  JsonPath,
  Note,
  PagedPath,
  ParameterError,
  Path,
  Problem,
} from './types.ts'
