import { posix } from 'node:path'
import type { Archive } from '../archive/archive.ts'
import { readWholeXml, workbookDamaged } from './xml.ts'

/** Where the parts of a workbook lie that its first sheet needs. */
export interface Parts {
  sheet: string
  /** Absent where no cell refers to any. */
  texts: string | undefined
  styles: string | undefined
  is1904: boolean
}

/** Something that a part refers to. */
interface Relation {
  id: string
  /** The last word of its type. */
  kind: string
  path: string
}

interface Sheet {
  relation: string
  isHidden: boolean
}

/** Finds the parts, starting from the one that every package has; the first sheet is the first one to be seen. */
export async function findParts(archive: Archive): Promise<Parts> {
  const roots = archive.find('_rels/.rels') ? await readRelations(archive, '') : []
  const workbook = roots.find(({ kind }) => kind === 'officeDocument')?.path ?? 'xl/workbook.xml'
  const relations = await readRelations(archive, workbook)
  const { sheets, is1904 } = await readWorkbook(archive, workbook)
  const worksheets = sheets.flatMap(({ relation, isHidden }) => {
    const target = relations.find(({ id, kind }) => id === relation && kind === 'worksheet')
    return target ? [{ path: target.path, isHidden }] : []
  })
  const first = worksheets.find(({ isHidden }) => !isHidden) ?? worksheets[0]
  if (!first) throw workbookDamaged(archive, 'it has no sheet')
  const ofKind = (wanted: string) => relations.find(({ kind }) => kind === wanted)?.path
  return { sheet: first.path, texts: ofKind('sharedStrings'), styles: ofKind('styles'), is1904 }
}

async function readWorkbook(archive: Archive, path: string): Promise<{ sheets: Sheet[]; is1904: boolean }> {
  const sheets: Sheet[] = []
  let is1904 = false
  await readWholeXml(archive, path, {
    open(name, attributes) {
      if (name === 'workbookPr') is1904 = ['1', 'true'].includes(attributes.date1904 ?? '')
      if (name !== 'sheet') return
      const [, relation = ''] = Object.entries(attributes).find(([key]) => key.endsWith(':id')) ?? []
      sheets.push({ relation, isHidden: (attributes.state ?? 'visible') !== 'visible' })
    },
  })
  return { sheets, is1904 }
}

/** What a part refers to; the package itself is the empty path. */
async function readRelations(archive: Archive, path: string): Promise<Relation[]> {
  const folder = posix.dirname(path || './')
  const relations: Relation[] = []
  await readWholeXml(archive, posix.join(folder, '_rels', `${posix.basename(path)}.rels`), {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || TargetMode === 'External') return
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target)
      relations.push({ id: Id, kind: posix.basename(Type), path: target })
    },
  })
  return relations
}
