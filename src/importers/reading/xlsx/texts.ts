import { OperatorError } from '../../../errors.ts'
import type { Archive } from '../archive/archive.ts'
import { MAX_SHARED_TEXT_BYTES, MAX_SHARED_TEXTS } from '../rows/limits.ts'
import { detach } from '../rows/text.ts'
import { readWholeXml } from './xml.ts'

/** Reads the texts to which a workbook's cells refer by number; of formatted ones, the text alone. */
export async function readSharedTexts(archive: Archive, path: string): Promise<string[]> {
  const size = archive.find(path)?.uncompressedSize ?? 0
  const tooLarge = (what: string) =>
    new OperatorError(`${archive.name} is too large for a workbook (${what}): save it as CSV`)
  if (size > MAX_SHARED_TEXT_BYTES) throw tooLarge('its texts are over 512 MB')
  const texts: string[] = []
  const text = new TextCollector()
  await readWholeXml(archive, path, {
    open(name) {
      if (name === 'si') text.begin()
      else text.open(name)
    },
    text: (part) => text.add(part),
    close(name) {
      if (name !== 'si') text.close(name)
      else if (texts.push(text.take()) > MAX_SHARED_TEXTS) throw tooLarge('it has over 10 million texts')
    },
  })
  return texts
}

/** Collects the text of an item, which is in one or several `t`; `rPh` holds its pronunciation. */
export class TextCollector {
  #text = ''
  #isText = false
  #isPronunciation = false

  begin(): void {
    this.#text = ''
  }

  open(name: string): void {
    if (name === 't') this.#isText = !this.#isPronunciation
    else if (name === 'rPh') this.#isPronunciation = true
  }

  add(part: string): void {
    if (this.#isText) this.#text += part
  }

  close(name: string): void {
    if (name === 't') this.#isText = false
    else if (name === 'rPh') this.#isPronunciation = false
  }

  take(): string {
    return unescapeText(detach(this.#text))
  }
}

/** Decodes `_x000D_`, by which workbooks write characters that XML cannot hold. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
