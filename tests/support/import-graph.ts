import { posix } from 'node:path'

/** What each file imports, types too: paths below src/. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** A row of the table of folders. */
export interface FolderRow {
  /** A folder, which ends with a slash and covers what is below it, or a file. */
  path: string
  /** The paths of the rows that may be imported. */
  mayImport: readonly string[]
}

/** Circles of files, each as `a.ts -> b.ts -> a.ts`. */
export function findFileCircles(imports: Imports): string[] {
  return findCircles(imports).map((circle) => circle.join(' -> '))
}

/**
 * Circles of folders, with an import for each step. The files directly in a folder are one node, whatever is in
 * its subfolders; each file directly in src/ is a node.
 */
export function findFolderCircles(imports: Imports): string[] {
  const examples = new Map<string, Map<string, string>>()
  for (const { from, to } of eachImport(imports)) {
    const [folder, target] = [folderOf(from), folderOf(to)]
    if (folder === target) continue
    const targets = examples.get(folder) ?? new Map<string, string>()
    examples.set(folder, targets)
    if (!targets.has(target)) targets.set(target, describe(from, to))
  }
  const graph = new Map([...examples].map(([folder, targets]) => [folder, [...targets.keys()]]))
  return findCircles(graph).map((circle) => {
    const steps = circle.slice(1).map((folder, at) => examples.get(circle[at] ?? '')?.get(folder))
    return `${circle.join(' -> ')}: ${steps.join(', ')}`
  })
}

/** Imports that the table does not permit; imports within a row need no permission. */
export function findUpwardImports(imports: Imports, rows: readonly FolderRow[]): string[] {
  return eachImport(imports)
    .filter(({ from, to }) => {
      const [row, target] = [findRow(from, rows), findRow(to, rows)]
      return row && target && row !== target && !row.mayImport.includes(target.path)
    })
    .map(({ from, to }) => describe(from, to))
}

/** Permissions that run upward: a row may import only rows below it. */
export function findUpwardRows(rows: readonly FolderRow[]): string[] {
  return rows.flatMap(({ path, mayImport }, index) =>
    mayImport
      .filter((target) => rows.findIndex((row) => row.path === target) <= index)
      .map((target) => `${path} may import ${target}`),
  )
}

/** Files that no row of the table covers. */
export function findUncovered(files: Iterable<string>, rows: readonly FolderRow[]): string[] {
  return [...files].filter((file) => !findRow(file, rows))
}

/** Paths in the table, as a row or as what it may import, at which there is nothing. */
export function findEmptyRows(files: Iterable<string>, rows: readonly FolderRow[]): string[] {
  const all = [...files]
  const covered = new Set(all.map((file) => findRow(file, rows)?.path))
  return [
    ...rows.filter(({ path }) => !covered.has(path)).map(({ path }) => path),
    ...rows.flatMap(({ path, mayImport }) =>
      mayImport
        .filter((one) => !all.some((file) => covers(one, file)))
        .map((one) => `${path} may import ${one}`),
    ),
  ]
}

/**
 * Reads the table `Folder | Job | May import` under the heading `## Folders`. Paths are in backticks.
 * @throws Error where there is no such table
 */
export function parseFolderTable(markdown: string): FolderRow[] {
  const [, section = ''] = /^## Folders\n(.*?)(?=^## |(?![\s\S]))/ms.exec(markdown) ?? []
  const [head, , ...lines] = section.split('\n').filter((line) => line.startsWith('|'))
  if (!head || !/^\|\s*Folder\s*\|\s*Job\s*\|\s*May import\s*\|$/i.test(head))
    throw new Error('There is no table Folder | Job | May import under the heading ## Folders')
  return lines.map((line) => {
    const [, folder = '', , mayImport = ''] = line.split('|')
    const paths = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
    const [path] = paths(folder)
    if (!path) throw new Error(`A row names no folder: ${line}`)
    return { path, mayImport: paths(mayImport) }
  })
}

/** Circles in a graph, one for each edge that leads back, each with its first node once more at the end. */
function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (node: string): void => {
    const at = trail.indexOf(node)
    if (at >= 0) circles.push([...trail.slice(at), node])
    if (at >= 0 || done.has(node)) return
    trail.push(node)
    for (const target of graph.get(node) ?? []) visit(target)
    trail.pop()
    done.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return circles
}

function eachImport(imports: Imports): { from: string; to: string }[] {
  return [...imports].flatMap(([from, targets]) => targets.map((to) => ({ from, to })))
}

function folderOf(file: string): string {
  const folder = posix.dirname(file)
  return folder === '.' ? file : folder
}

function covers(path: string, file: string): boolean {
  return path.endsWith('/') ? file.startsWith(path) : file === path
}

/** The row that covers a file most closely. */
function findRow(file: string, rows: readonly FolderRow[]): FolderRow | undefined {
  return rows
    .filter(({ path }) => covers(path, file))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0)
}

function describe(from: string, to: string): string {
  return `src/${from} imports src/${to}`
}
