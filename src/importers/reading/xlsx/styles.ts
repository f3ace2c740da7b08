import type { Archive } from '../archive/archive.ts'
import { classifyFormat, type NumberKind } from './dates.ts'
import { readWholeXml } from './xml.ts'

/** Reads what a number represents in each of a workbook's cell styles. */
export async function readStyles(archive: Archive, path: string): Promise<NumberKind[]> {
  const codes = new Map<number, string>()
  const formats: number[] = []
  let isCellStyle = false
  await readWholeXml(archive, path, {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      else if (name === 'cellXfs') isCellStyle = true
      else if (name === 'xf' && isCellStyle) formats.push(Number(attributes.numFmtId ?? 0))
    },
    close(name) {
      if (name === 'cellXfs') isCellStyle = false
    },
  })
  return formats.map((id) => classifyFormat(id, codes.get(id)))
}
