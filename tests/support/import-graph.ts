import { posix } from 'node:path'

/** The imports of each file, including those of types, as paths below src/. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** A row of the table of folders. */
export interface FolderRow {
  /** A folder, which ends with a slash and covers what is below it, or a file. */
  path: string
  /** The paths of the rows that may be imported. */
  mayImport: readonly string[]
}

/** Finds cycles of files, each as `a.ts -> b.ts -> a.ts`. */
export function findFileCycles(imports: Imports): string[] {
  return findCycles(imports).map((cycle) => cycle.join(' -> '))
}

/**
 * Finds cycles of folders, with an import for each step. The files directly in a folder are one node, without those
 * in its subfolders; each file directly in src/ is a node.
 */
export function findFolderCycles(imports: Imports): string[] {
  const examples = new Map<string, Map<string, string>>()
  for (const { from, to } of listImports(imports)) {
    const [folder, target] = [findFolder(from), findFolder(to)]
    if (folder === target) continue
    const targets = examples.get(folder) ?? new Map<string, string>()
    examples.set(folder, targets)
    if (!targets.has(target)) targets.set(target, describeImport(from, to))
  }
  const graph = new Map([...examples].map(([folder, targets]) => [folder, [...targets.keys()]]))
  return findCycles(graph).map((cycle) => {
    const steps = cycle.slice(1).map((folder, at) => examples.get(cycle[at] ?? '')?.get(folder))
    return `${cycle.join(' -> ')}: ${steps.join(', ')}`
  })
}

/** Finds imports that the table does not permit; imports within a row need no permission. */
export function findUpwardImports(imports: Imports, rows: readonly FolderRow[]): string[] {
  return listImports(imports)
    .filter(({ from, to }) => {
      const [row, target] = [findRow(from, rows), findRow(to, rows)]
      return row && target && row !== target && !row.mayImport.includes(target.path)
    })
    .map(({ from, to }) => describeImport(from, to))
}

/** Finds permissions that run upward: a row may import only rows below it. */
export function findUpwardRows(rows: readonly FolderRow[]): string[] {
  return rows.flatMap(({ path, mayImport }, index) =>
    mayImport
      .filter((target) => rows.findIndex((row) => row.path === target) <= index)
      .map((target) => `${path} may import ${target}`),
  )
}

/** Finds files that no row of the table covers. */
export function findUncovered(files: Iterable<string>, rows: readonly FolderRow[]): string[] {
  return [...files].filter((file) => !findRow(file, rows))
}

/** Finds paths in the table, as a row or as a permission, that cover no files. */
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
 * @throws Error if there is no such table
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

/** Finds cycles in a graph, one for each back edge, each with its first node repeated at the end. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (node: string): void => {
    const at = trail.indexOf(node)
    if (at >= 0) cycles.push([...trail.slice(at), node])
    if (at >= 0 || done.has(node)) return
    trail.push(node)
    for (const target of graph.get(node) ?? []) visit(target)
    trail.pop()
    done.add(node)
  }
  for (const node of graph.keys()) visit(node)
  return cycles
}

function listImports(imports: Imports): { from: string; to: string }[] {
  return [...imports].flatMap(([from, targets]) => targets.map((to) => ({ from, to })))
}

function findFolder(file: string): string {
  const folder = posix.dirname(file)
  return folder === '.' ? file : folder
}

function covers(path: string, file: string): boolean {
  return path.endsWith('/') ? file.startsWith(path) : file === path
}

/** Finds the most specific row that covers a file. */
function findRow(file: string, rows: readonly FolderRow[]): FolderRow | undefined {
  return rows
    .filter(({ path }) => covers(path, file))
    .toSorted((a, b) => b.path.length - a.path.length)
    .at(0)
}

function describeImport(from: string, to: string): string {
  return `src/${from} imports src/${to}`
}
