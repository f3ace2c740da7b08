import { posix } from 'node:path'
import type { Archive } from '../archive/archive.ts'
import { damagedWorkbook, readWholeXml } from './xml.ts'

/** The paths of the parts that a workbook's first sheet needs. */
interface Parts {
  sheet: string
  /** Undefined where no cell refers to any. */
  texts: string | undefined
  styles: string | undefined
  is1904: boolean
}

interface Relation {
  id: string
  /** The last segment of its type. */
  kind: string
  path: string
}

interface Sheet {
  relation: string
  isHidden: boolean
}

/** Finds the parts, starting from the one that every package has; the first sheet is the first visible one. */
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
  if (!first) throw damagedWorkbook(archive, 'it has no sheet')
  const findPath = (wanted: string) => relations.find(({ kind }) => kind === wanted)?.path
  return { sheet: first.path, texts: findPath('sharedStrings'), styles: findPath('styles'), is1904 }
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

/** Reads the relations of a part; the package itself is the empty path. */
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
