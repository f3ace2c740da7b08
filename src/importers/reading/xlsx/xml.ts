import { SaxesParser } from 'saxes'
import { OperatorError } from '../../../errors.ts'
import type { Archive } from '../archive/archive.ts'

/** The attributes of an element, by name. */
export type Attributes = Readonly<Record<string, string>>

/** Called for the elements and texts of a document. Names of elements are without their prefixes. */
interface XmlHandlers {
  open: (name: string, attributes: Attributes) => void
  close?: (name: string) => void
  text?: (text: string) => void
}

/** Bytes between two tags, and depth of elements, above which it is not a workbook. */
const MAX_TAG_DISTANCE = 16 * 2 ** 20
const MAX_DEPTH = 100

/**
 * Reads a part of a workbook. Yields after each chunk, when the handlers have been called for it.
 * @throws OperatorError when the part is missing, damaged or not well-formed
 */
export async function* readXml(archive: Archive, path: string, handlers: XmlHandlers): AsyncGenerator<void> {
  const entry = archive.find(path)
  if (!entry) throw damagedWorkbook(archive, `${path} is missing`)
  const parser = new SaxesParser()
  let sinceTag = 0
  let depth = 0
  parser.on('opentag', ({ name, attributes }) => {
    sinceTag = 0
    depth += 1
    handlers.open(localName(name), attributes)
  })
  parser.on('closetag', ({ name }) => {
    sinceTag = 0
    depth -= 1
    handlers.close?.(localName(name))
  })
  if (handlers.text) {
    parser.on('text', handlers.text)
    parser.on('cdata', handlers.text)
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of archive.bytes(entry)) {
      parser.write(decoder.decode(chunk, { stream: true }))
      sinceTag += chunk.length
      if (sinceTag > MAX_TAG_DISTANCE || depth > MAX_DEPTH)
        throw new Error('it is not a document of a workbook')
      yield
    }
    parser.write(decoder.decode()).close()
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw damagedWorkbook(archive, `${path}: ${(error as Error).message.replace(/\.$/, '')}`, error)
  }
  yield
}

/** Reads a part of a workbook to its end. */
export async function readWholeXml(archive: Archive, path: string, handlers: XmlHandlers): Promise<void> {
  for await (const _ of readXml(archive, path, handlers));
}

/** Makes the error of a damaged workbook: of all causes the operator can only save it again. */
export function damagedWorkbook(archive: Archive, what: string, cause?: unknown): OperatorError {
  return new OperatorError(`${archive.name} is a damaged workbook (${what}): save it again, or as CSV`, {
    cause,
  })
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
