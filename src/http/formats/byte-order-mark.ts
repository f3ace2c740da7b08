import { Type } from '../../validation/schema.ts'
import { enumeration } from '../../validation/types.ts'
import { parameterError } from '../requests/parameters.ts'
import type { Format } from './formats.ts'

/** Builds the schema of the parameter `bom`. */
export function byteOrderMarkParameter() {
  return Type.Optional(
    enumeration(['1'], {
      description:
        'CSV: begin with a byte order mark, by which Excel recognises UTF-8. Other readers may take it for a part of the first column name.',
    }),
  )
}

/**
 * Requires that `bom` is given for CSV only.
 * @throws ServiceError invalid_parameter
 */
export function requireCsvForMark({ bom }: { bom?: '1' }, format: Format): void {
  if (bom && format !== 'csv') throw parameterError([{ parameter: 'bom', reason: 'requires CSV' }])
}
