import type { Archive } from '../archive/archive.ts'
import { type Meaning, meaningOf } from './dates.ts'
import { readWholeXml } from './xml.ts'

/** What each of a workbook's cell styles makes of a number. */
export async function readStyles(archive: Archive, path: string): Promise<Meaning[]> {
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
  return formats.map((id) => meaningOf(id, codes.get(id)))
}
