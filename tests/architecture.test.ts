import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../src/', import.meta.url)

/** One import, export or `import()` of a module by a file. */
interface Import {
  /** A path below src/ for a file of ours, else the name of the package. */
  target: string
  /** Gone when the code runs. */
  typeOnly: boolean
}

/** A source file below src/ and what it imports. */
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
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    return { path, tree, text, imports: importsOf(path, tree) }
  })

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  return nodesOf(tree).flatMap((node): Import[] => {
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

function nodesOf(node: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = []
  const visit = (one: ts.Node): void => {
    nodes.push(one)
    ts.forEachChild(one, visit)
  }
  visit(node)
  return nodes
}

/** Where a node stands, as a person finds it. */
function at({ path, tree }: SourceFile, node: ts.Node): string {
  return `src/${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`
}

/** The places of all nodes of these files that a rule forbids. */
function violations(
  files: readonly SourceFile[],
  forbidden: (node: ts.Node, file: SourceFile) => boolean,
): string[] {
  return files.flatMap((file) =>
    nodesOf(file.tree)
      .filter((node) => forbidden(node, file))
      .map((node) => at(file, node)),
  )
}

const FEATURES =
  /^(incidents|links|stats|facets|tolls|places|actors|sources|datasets|event-types|claims|figures|operation)\//
const FOUNDATIONS = /^(text|validation)\/|^(errors|records|release)\.ts$/
const ENGINE = /^storage\/[^/]+\//
const PROGRAMS = /^(server|app|openapi)\.ts$/

/** Who imports whom: files that match `from` never import what matches `never`, but for the exceptions. */
const DIRECTIONS: {
  rule: string
  from: RegExp
  never: RegExp
  except?: (imported: Import) => boolean
}[] = [
  {
    rule: 'features know nothing of storage, importers, commands, the seed and what is built of them',
    from: FEATURES,
    never: /^(storage|importers|cli|seed)\/|^(server|app|openapi)\.ts$/,
  },
  {
    rule: 'what every route shares knows nothing of them either',
    from: /^http\//,
    never: /^(storage|importers|cli|seed)\/|^(server|app|openapi)\.ts$|\.routes\.ts$/,
  },
  {
    rule: 'storage serves no HTTP and no commands, and knows no data set',
    from: /^storage\//,
    never: /\.routes\.ts$|^(http|cli|seed|importers)\/|^(server|app|openapi)\.ts$/,
  },
  {
    rule: 'the seed serves no HTTP and no commands, and knows of storage only what it is given, as a type',
    from: /^(seed|importers)\//,
    never: /\.routes\.ts$|^(http|cli|storage)\/|^(server|app|openapi)\.ts$/,
    except: ({ target, typeOnly }) => typeOnly && target === 'storage/storage.ts',
  },
  {
    rule: 'the contract of storage names no engine',
    from: /^storage\/[^/]+\.ts$/,
    never: ENGINE,
  },
  {
    rule: 'the foundations rest on nothing else of ours',
    from: FOUNDATIONS,
    never: /^(?!(text|validation)\/|(errors|records|release)\.ts$).*\.ts$/,
  },
  {
    rule: 'the application chooses no storage engine',
    from: /^app\.ts$/,
    never: /^storage\/[^/]+\/|^(cli|seed|importers)\/|^(server|openapi)\.ts$/,
  },
  {
    rule: 'commands are started by people, not by code',
    from: /^(?!cli\/)/,
    never: /^cli\//,
  },
  {
    rule: 'the explorer runs in browsers: of the service it knows types',
    from: /^explorer\//,
    never: /^(?!explorer\/).*\.tsx?$|^node:/,
    except: ({ typeOnly }) => typeOnly,
  },
  {
    rule: 'nothing but a browser loads the explorer',
    from: /^(?!explorer\/)/,
    never: /^explorer\//,
  },
  {
    rule: 'only a storage engine has a database driver',
    from: /^(?!storage\/[^/]+\/)/,
    never: /^(better-sqlite3|node:sqlite|sqlite3|pg|postgres|mysql2)($|\/)/,
  },
]

describe('imports', () => {
  it.each(DIRECTIONS)('$rule', ({ from, never, except = () => false }) => {
    const bound = FILES.filter(({ path }) => from.test(path))
    expect(bound, 'the rule binds files that are there').not.toEqual([])
    const wrong = bound.flatMap(({ path, imports }) =>
      imports
        .filter((imported) => never.test(imported.target) && !except(imported))
        .map(({ target }) => `src/${path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('are of files that are there, so that no rule is passed by a path it does not see', () => {
    const paths = new Set(FILES.map(({ path }) => path))
    const lost = FILES.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /\.tsx?$/.test(target) && !paths.has(target))
        .map(({ target }) => `src/${path} imports ${target}`),
    )
    expect(lost).toEqual([])
  })

  it('put every file on one side of the rules', () => {
    const sides = [
      FEATURES,
      FOUNDATIONS,
      PROGRAMS,
      /^(http|storage|seed|importers|cli|explorer)\//,
      /^config\.ts$/,
    ]
    expect(FILES.map(({ path }) => path).filter((path) => !sides.some((side) => side.test(path)))).toEqual([])
  })

  it('have no cycle when the code runs', () => {
    const edges = new Map(
      FILES.map(({ path, imports }) => [
        path,
        imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target),
      ]),
    )
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      if (done.has(path) || trail.includes(path)) return
      for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
      done.add(path)
    }
    for (const path of edges.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })
})

describe('responsibilities', () => {
  /** A text that begins as a statement of SQL, or as a part of one. */
  const SQL =
    /^\s*(SELECT|INSERT|UPDATE|DELETE FROM|CREATE|DROP|ALTER|WITH \w+|PRAGMA|VACUUM|ATTACH|BEGIN|COMMIT|ROLLBACK|FROM|(LEFT |INNER )?JOIN|WHERE|ORDER BY|GROUP BY)\b/
  const hasSql = (node: ts.Node) =>
    (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) && SQL.test(node.text)

  it('only storage engines contain SQL', () => {
    const engines = FILES.filter(({ path }) => ENGINE.test(path))
    expect(violations(engines, hasSql).length, 'SQL is recognised where there is some').toBeGreaterThan(20)
    const others = FILES.filter(({ path }) => !ENGINE.test(path))
    expect(violations(others, hasSql)).toEqual([])
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
    expect(violations(commands, readsEnvironment), 'reading is recognised where there is some').not.toEqual(
      [],
    )
    const others = FILES.filter((file) => !commands.includes(file))
    expect(violations(others, readsEnvironment)).toEqual([])
  })

  it('only the server listens', () => {
    const listens = (node: ts.Node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'listen'
    expect(violations(FILES, listens)).toEqual([expect.stringMatching(/^src\/service\.ts:/)])
  })

  it('only commands end the process or write to the console', () => {
    const ends = (node: ts.Node) =>
      ts.isPropertyAccessExpression(node) &&
      /^(process\.(exit|exitCode|stdout|stderr)|console\.\w+)$/.test(node.getText())
    const commands = FILES.filter(({ path }) => path.startsWith('cli/'))
    expect(violations(commands, ends)).not.toEqual([])
    const others = FILES.filter((file) => !commands.includes(file))
    expect(violations(others, ends)).toEqual([])
  })

  it('only errors.ts defines failures', () => {
    const defines = (node: ts.Node) =>
      ts.isClassLike(node) &&
      (node.heritageClauses ?? []).some(
        ({ token, types }) =>
          token === ts.SyntaxKind.ExtendsKeyword &&
          types.some((type) => /Error$/.test(type.expression.getText())),
      )
    const files = new Set(violations(FILES, defines).map((place) => place.split(':')[0]))
    expect([...files]).toEqual(['src/errors.ts'])
  })
})

describe('every file', () => {
  const exported = FILES.flatMap((file) =>
    file.tree.statements
      .filter((node) => hasModifier(node, ts.SyntaxKind.ExportKeyword))
      .map((node) => ({ file, node })),
  )

  it('explains what it exports, in a docstring directly above', () => {
    expect(exported.length).toBeGreaterThan(100)
    const bare = exported
      .filter(({ file, node }) => !hasDocstring(file, node))
      .map(({ file, node }) => `${at(file, node)} ${node.getText().split(/[=({]/)[0]?.trim()}`)
    expect(bare).toEqual([])
  })

  it('exports by name', () => {
    const isDefault = (node: ts.Node) =>
      ts.isExportAssignment(node) ||
      (ts.isExportSpecifier(node) && node.name.text === 'default') ||
      hasModifier(node, ts.SyntaxKind.DefaultKeyword)
    expect(violations(FILES, isDefault)).toEqual([])
  })

  it('fits in the head: at most 300 lines', () => {
    const lengths = FILES.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([])
  })
})

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)
}

/** Whether a comment for readers ends on the line above a statement. */
function hasDocstring({ tree, text }: SourceFile, node: ts.Node): boolean {
  const last = (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []).at(-1)
  if (!last || !text.startsWith('/**', last.pos)) return false
  const line = (position: number) => tree.getLineAndCharacterOfPosition(position).line
  return line(node.getStart(tree)) === line(last.end) + 1
}
