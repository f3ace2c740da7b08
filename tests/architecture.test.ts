import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import {
  findEmptyRows,
  findFileCycles,
  findFolderCycles,
  findUncovered,
  findUpwardImports,
  findUpwardRows,
  type Imports,
  parseFolderTable,
} from './support/import-graph.ts'

const ROOT = new URL('../src/', import.meta.url)

/** One import, export or `import()` of a module by a file. */
interface Import {
  /** A path below src/, or the name of a package. */
  target: string
  /** True if only types are imported. */
  typeOnly: boolean
}

/** A source file below src/ and its imports. */
interface SourceFile {
  /** The path below src/. */
  path: string
  tree: ts.SourceFile
  text: string
  imports: Import[]
}

const FILES: readonly SourceFile[] = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))
  .sort()
  .map((path) => {
    const text = readFileSync(new URL(path, ROOT), 'utf8')
    const tree = parseSource(path, text)
    return { path, tree, text, imports: readImports(path, tree) }
  })

function parseSource(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
}

function readImports(path: string, tree: ts.SourceFile): Import[] {
  return collectNodes(tree).flatMap((node): Import[] => {
    const typeOnly =
      (ts.isImportDeclaration(node) && node.importClause?.isTypeOnly === true) ||
      (ts.isExportDeclaration(node) && node.isTypeOnly)
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : isCall
          ? node.arguments[0]
          : undefined
    if (!specifier || !ts.isStringLiteral(specifier)) return []
    const target = specifier.text.startsWith('.')
      ? posix.join(posix.dirname(path), specifier.text)
      : specifier.text
    return [{ target, typeOnly }]
  })
}

function collectNodes(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    nodes.push(one)
    ts.forEachChild(one, visit)
  }
  visit(node)
  return nodes
}

/** Formats the file and line of a node. */
function formatPosition({ path, tree }: SourceFile, node: ts.Node): string {
  return `src/${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
}

/** Finds the files and lines of all nodes that a rule forbids. */
function findViolations(
  files: readonly SourceFile[],
  forbidden: (node: ts.Node, file: SourceFile) => boolean,
): string[] {
  return files.flatMap((file) =>
    collectNodes(file.tree)
      .filter((node) => forbidden(node, file))
      .map((node) => formatPosition(file, node)),
  )
}

const ENGINE = /^storage\/(?!contract\/)[^/]+\//

const PATHS = new Set(FILES.map(({ path }) => path))

/** The files below src/ that each file imports, including imports of types. */
const IMPORTS: Imports = new Map(
  FILES.map(({ path, imports }) => [
    path,
    imports.map(({ target }) => target).filter((target) => PATHS.has(target)),
  ]),
)

describe('imports', () => {
  const rows = parseFolderTable(readFileSync(new URL('../ARCHITECTURE.md', ROOT), 'utf8'))

  it('name only files that exist, because the other rules skip unknown paths', () => {
    const missing = FILES.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /\.tsx?$/.test(target) && !PATHS.has(target))
        .map(({ target }) => `src/${path} imports ${target}`),
    )
    expect(missing).toEqual([])
  })

  it('have no cycles of files, including imports of types', () => expect(findFileCycles(IMPORTS)).toEqual([]))

  it('have no cycles of folders', () => expect(findFolderCycles(IMPORTS)).toEqual([]))

  it('are permitted by the table of folders in ARCHITECTURE.md', () =>
    expect(findUpwardImports(IMPORTS, rows)).toEqual([]))

  it('run from top to bottom of the table', () => expect(findUpwardRows(rows)).toEqual([]))

  it('are covered by the table, which has no empty rows', () => {
    expect(findUncovered(IMPORTS.keys(), rows)).toEqual([])
    expect(findEmptyRows(IMPORTS.keys(), rows)).toEqual([])
  })

  /** Rules that the table cannot express: about packages, and imports of types only. */
  const EXCEPTIONS: { rule: string; from: RegExp; never: RegExp; exceptTypes?: boolean }[] = [
    {
      rule: 'the explorer runs in browsers, and imports only types of the service',
      from: /^explorer\//,
      never: /^(?!explorer\/).*\.tsx?$|^node:/,
      exceptTypes: true,
    },
    {
      rule: 'only the application registers routes',
      from: /^(?!app\.ts$|.*\.routes\.ts$)/,
      never: /\.routes\.ts$/,
    },
    {
      rule: 'only a storage engine imports a database driver',
      from: /^(?!storage\/(?!contract\/)[^/]+\/)/,
      never: /^(better-sqlite3|node:sqlite|sqlite3|pg|postgres|mysql2)($|\/)/,
    },
  ]
  it.each(EXCEPTIONS)('$rule', ({ from, never, exceptTypes = false }) => {
    const subjects = FILES.filter(({ path }) => from.test(path))
    expect(subjects, 'the rule applies to files').not.toEqual([])
    const wrong = subjects.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, typeOnly }) => never.test(target) && !(exceptTypes && typeOnly))
        .map(({ target }) => `src/${path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the checks of imports report', () => {
  it('a cycle of types', () => {
    const sources = {
      'figures/a.ts': "import type { B } from './b.ts'\nexport interface A { b: B }",
      'figures/b.ts': "import { type A } from './a.ts'\nexport interface B { a: A }",
      'figures/c.ts': "import { A } from './a.ts'",
    }
    const planted = new Map(
      Object.entries(sources).map(([path, text]) => [
        path,
        readImports(path, parseSource(path, text)).map(({ target }) => target),
      ]),
    )
    expect(findFileCycles(planted)).toEqual(['figures/a.ts -> figures/b.ts -> figures/a.ts'])
  })

  it('a cycle of folders without a cycle of files', () => {
    const planted = new Map([
      ['links/store.ts', ['links/scoring/score.ts']],
      ['links/schema.ts', []],
      ['links/scoring/score.ts', ['links/schema.ts']],
      ['app.ts', ['server.ts', 'links/store.ts']],
      ['server.ts', []],
    ])
    expect(findFileCycles(planted)).toEqual([])
    expect(findFolderCycles(planted)).toEqual([
      'links -> links/scoring -> links: src/links/store.ts imports src/links/scoring/score.ts, src/links/scoring/score.ts imports src/links/schema.ts',
    ])
  })

  const table = `# Architecture

## Folders

| Folder | Job | May import |
|---|---|---|
| \`app.ts\` | the application | \`incidents/\`, \`incidents/files/\`, \`text/\` |
| \`incidents/\` | incidents | \`text/\` |
| \`incidents/files/\` | their files | |
| \`text/\` | texts | none |

## Other

| Folder | Job | May import |
|---|---|---|
| \`elsewhere/\` | not of the table | |
`
  const rows = parseFolderTable(table)
  const permitted = new Map([
    ['app.ts', ['incidents/store.ts', 'incidents/files/csv.ts']],
    ['incidents/store.ts', ['incidents/list/page.ts', 'text/fold.ts']],
    ['incidents/list/page.ts', ['incidents/store.ts']],
    ['incidents/files/csv.ts', []],
    ['text/fold.ts', ['text/cell.ts']],
    ['text/cell.ts', []],
  ])

  it('an upward import', () => {
    expect(findUpwardImports(permitted, rows)).toEqual([])
    const planted = new Map(permitted)
      .set('text/cell.ts', ['incidents/list/page.ts'])
      .set('incidents/files/csv.ts', ['incidents/store.ts'])
      // A permission for a folder does not cover the rows of its subfolders.
      .set('incidents/store.ts', ['incidents/files/csv.ts'])
    expect(findUpwardImports(planted, rows)).toEqual([
      'src/incidents/store.ts imports src/incidents/files/csv.ts',
      'src/incidents/files/csv.ts imports src/incidents/store.ts',
      'src/text/cell.ts imports src/incidents/list/page.ts',
    ])
  })

  it('a permission that runs upward', () => {
    expect(findUpwardRows(rows)).toEqual([])
    const upward = table.replace('| texts | none |', '| texts | `incidents/` |')
    expect(findUpwardRows(parseFolderTable(upward))).toEqual(['text/ may import incidents/'])
  })

  it('a folder without a row, and a row without files', () => {
    expect(findUncovered(permitted.keys(), rows)).toEqual([])
    expect(findEmptyRows(permitted.keys(), rows)).toEqual([])
    expect(findUncovered(['app.ts', 'server.ts', 'maps/tile.ts'], rows)).toEqual([
      'server.ts',
      'maps/tile.ts',
    ])
    expect(findEmptyRows(['app.ts', 'incidents/store.ts'], rows)).toEqual([
      'incidents/files/',
      'text/',
      'app.ts may import incidents/files/',
      'app.ts may import text/',
      'incidents/ may import text/',
    ])
  })

  it('a missing table', () => {
    expect(() => parseFolderTable(table.replace('## Folders', '## Layout'))).toThrow('There is no table')
  })
})

describe('responsibilities', () => {
  /** Matches text that begins like an SQL statement or clause. */
  const SQL =
    /^\s*(SELECT|INSERT|UPDATE|DELETE FROM|CREATE|DROP|ALTER|WITH \w+|PRAGMA|VACUUM|ATTACH|BEGIN|COMMIT|ROLLBACK|FROM|(LEFT |INNER )?JOIN|WHERE|ORDER BY|GROUP BY)\b/
  const hasSql = (node: ts.Node) =>
    (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) && SQL.test(node.text)

  it('only storage engines contain SQL', () => {
    const engines = FILES.filter(({ path }) => ENGINE.test(path))
    expect(findViolations(engines, hasSql).length, 'SQL is detected in engines').toBeGreaterThan(20)
    const others = FILES.filter(({ path }) => !ENGINE.test(path))
    expect(findViolations(others, hasSql)).toEqual([])
  })

  it('only the configuration and commands read the environment', () => {
    const readsEnvironment = (node: ts.Node) => {
      if (ts.isPropertyAccessExpression(node)) return node.getText() === 'process.env'
      if (ts.isElementAccessExpression(node)) return /^process\[.env.\]$/.test(node.getText())
      // import { env } from 'node:process', const { env } = process
      if (ts.isImportSpecifier(node) || ts.isBindingElement(node))
        return (node.propertyName ?? node.name).getText() === 'env'
      return false
    }
    const commands = FILES.filter(({ path }) => /^config\.ts$|^cli\//.test(path))
    expect(findViolations(commands, readsEnvironment), 'reading is detected in commands').not.toEqual([])
    const others = FILES.filter((file) => !commands.includes(file))
    expect(findViolations(others, readsEnvironment)).toEqual([])
  })

  it('only the server listens', () => {
    const listens = (node: ts.Node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'listen'
    const files = findViolations(FILES, listens).map((violation) => violation.replace(/:.*/, ''))
    expect(new Set(files)).toEqual(new Set(['src/service.ts']))
  })

  it('only commands end the process or write to the console', () => {
    const writesOrExits = (node: ts.Node) =>
      ts.isPropertyAccessExpression(node) &&
      /^(process\.(exit|exitCode|stdout|stderr)|console\.\w+)$/.test(node.getText())
    const commands = FILES.filter(({ path }) => path.startsWith('cli/'))
    expect(findViolations(commands, writesOrExits)).not.toEqual([])
    const others = FILES.filter((file) => !commands.includes(file))
    expect(findViolations(others, writesOrExits)).toEqual([])
  })
})

describe('every file', () => {
  const exported = FILES.flatMap((file) =>
    file.tree.statements
      .filter((node) => hasModifier(node, ts.SyntaxKind.ExportKeyword))
      .map((node) => ({ file, node })),
  )

  it('has a docstring directly above each export', () => {
    expect(exported.length).toBeGreaterThan(100)
    const undocumented = exported
      .filter(({ file, node }) => !hasDocstring(file, node))
      .map(({ file, node }) => `${formatPosition(file, node)} ${node.getText().split(/[=({]/)[0]?.trim()}`)
    expect(undocumented).toEqual([])
  })

  it('has no default export', () => {
    const isDefault = (node: ts.Node) =>
      ts.isExportAssignment(node) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default') ||
      hasModifier(node, ts.SyntaxKind.DefaultKeyword)
    expect(findViolations(FILES, isDefault)).toEqual([])
  })
})

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)
}

/** Checks whether a docstring ends on the line above a statement. */
function hasDocstring({ tree, text }: SourceFile, node: ts.Node): boolean {
  const last = (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []).at(-1)
  if (!last || !text.startsWith('/**', last.pos)) return false
  const line = (position: number) => tree.getLineAndCharacterOfPosition(position).line
  return line(node.getStart(tree)) === line(last.end) + 1
}
