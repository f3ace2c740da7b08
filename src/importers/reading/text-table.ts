import { OperatorError } from '../../errors.ts'
import { type Bytes, peek } from './bytes.ts'
import { Decoder } from './decode.ts'
import { decideEncoding, type Encoding } from './encoding.ts'
import type { Table } from './file-row.ts'
import { refuseForeign, refuseForeignText } from './foreign.ts'
import { readHeader } from './header.ts'
import { ENCODING_SAMPLE } from './limits.ts'
import { Scanner } from './scanner.ts'
import { TextRows } from './text-rows.ts'

/**
 * Reads text as CSV, or as NDJSON where it begins with a brace.
 * @throws OperatorError when it is neither
 */
export async function openText(
  given: Bytes,
  { name, encoding }: { name: string; encoding: Encoding | undefined },
): Promise<Table> {
  const { head, isAll, bytes } = await peek(given, ENCODING_SAMPLE)
  refuseForeign(head, name)
  const decision = decideEncoding(head, isAll, { name, encoding })
  const start = head.toString('latin1', decision.skip, decision.skip + 1000)
  refuseForeignText(start, name)
  const isNdjson = /^\s*\{/.test(start)

  const decoder = new Decoder(decision)
  const scanner = new Scanner({
    name,
    layout: isNdjson ? 'lines' : 'csv',
    isReplaced: () => decoder.isReplaced,
  })
  const rows = new TextRows(name, scanner, decoder.decode(bytes))
  if (isNdjson) return { format: 'ndjson', header: [], rows: rows.batches() }
  const first = await rows.first()
  if (!first)
    throw new OperatorError(`${name} holds nothing but empty lines: give a CSV, NDJSON or XLSX file`)
  const header = readHeader(first, name)
  scanner.expect(header)
  return { format: 'csv', header, rows: rows.batches() }
}
