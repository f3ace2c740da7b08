import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ConfigSchema } from '../src/config.ts'
import { ERRORS } from '../src/errors.ts'
import { INCIDENT_COLUMNS } from '../src/incidents/incident.columns.ts'
import { incidentFilters } from '../src/incidents/incident.query.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8')
const readRows = (page: string) =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('|'))

/** A path below the root, with slashes on every system. */
const relativeToRoot = (path: string) => relative(ROOT, path).replaceAll('\\', '/')

/** Folders without pages of this repository. */
const SKIPPED = new Set(['node_modules', 'dist', 'data', 'coverage', '.git'])

/** Lists every Markdown file of the repository, relative to its root. */
function listMarkdownFiles(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listMarkdownFiles(path)
    return entry.name.endsWith('.md') ? [relativeToRoot(path)] : []
  })
}

const removeCode = (text: string) => text.replace(/^```.*?^```$/gms, '')

/** Lists the fragments of a page's headings, as GitHub generates them. */
function listAnchors(page: string): string[] {
  return [...removeCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

/** Lists the targets of a page's links and images that are not URLs, ignoring code. */
function listLinks(page: string): string[] {
  const prose = removeCode(read(page)).replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/i.test(target))
}

/** Checks a relative link; returns its error, if any. */
function checkLink(page: string, target: string): string[] {
  const [path = '', fragment] = target.split('#')
  const file = path === '' ? page : relativeToRoot(resolve(ROOT, dirname(page), path))
  if (!existsSync(join(ROOT, file))) return [`${page}: there is no ${file} (${target})`]
  if (fragment === undefined || !file.endsWith('.md')) return []
  return listAnchors(file).includes(fragment) ? [] : [`${page}: ${file} has no heading #${fragment}`]
}

describe('the Markdown files', () => {
  const pages = listMarkdownFiles()

  test('are found', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'docs/api.md', 'docs/decisions/README.md']),
    )
  })

  test.each([
    ['of a file', 'docs/api.md', 'nothing.md'],
    ['of a heading', 'docs/api.md', '#nothing'],
    ['of a heading elsewhere', 'docs/api.md', '../README.md#nothing'],
  ])('a broken link is reported: %s', (_case, page, target) => {
    expect(checkLink(page, target)).toHaveLength(1)
  })

  test.each(pages)('%s links to files and headings that exist', (page) => {
    expect(listLinks(page).flatMap((target) => checkLink(page, target))).toEqual([])
  })
})

describe('docs/operations.md', () => {
  test.each(
    Object.entries(ConfigSchema.properties).map(([name, schema]) => [
      name,
      String((schema as { default?: unknown }).default),
    ]),
  )('lists %s with its default %s', (name, value) => {
    const lines = read('docs/operations.md').split('\n')
    expect(lines.filter((line) => line.includes(`\`${name}\``) && line.includes(`\`${value}\``))).not.toEqual(
      [],
    )
  })

  test('lists every command', () => {
    const [, table = ''] = /COMMANDS\b[^\n]*\{\n(.*?)\n\}/s.exec(read('src/cli/main.ts')) ?? []
    const commands = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name)
    expect(commands).toContain('serve')
    const listed = readRows('docs/operations.md').join('\n')
    expect(commands.filter((name) => !new RegExp(`^\\| \`${name}[ \`]`, 'm').test(listed))).toEqual([])
  })
})

describe('docs/errors.md', () => {
  test.each(Object.entries(ERRORS).map(([code, { status, title }]) => [code, status, title]))(
    'lists the error %s with its status %d',
    (code, status, title) => {
      const found = readRows('docs/errors.md').filter((line) => line.includes(`\`${code}\``))
      expect(found).toHaveLength(1)
      expect(found[0]).toContain(` ${status} `)
      expect(found[0]).toContain(title)
    },
  )
})

describe('docs/api.md', () => {
  test('lists every filter of incidents', () => {
    const listed = readRows('docs/api.md').join('\n')
    expect(Object.keys(incidentFilters).filter((name) => !listed.includes(`\`${name}\``))).toEqual([])
  })

  test('lists every path', () => {
    const listed = readRows('docs/api.md').join('\n')
    const { paths } = JSON.parse(read('openapi/openapi.json'))
    expect(Object.keys(paths).filter((path) => !listed.includes(`\`${path}\``))).toEqual([])
  })
})

test('docs/formats.md describes every column, in order', () => {
  const rows = INCIDENT_COLUMNS.map(
    ({ name, path, type, description }) => `| \`${name}\` | \`${path}\` | ${type} | ${description} |`,
  )
  expect(read('docs/formats.md')).toContain(rows.join('\n'))
})

test('docs/decisions/README.md lists every decision, numbered without gaps', () => {
  const files = readdirSync(join(ROOT, 'docs/decisions')).filter((file) => file !== 'README.md')
  const index = read('docs/decisions/README.md')
  for (const [position, file] of files.sort().entries()) {
    const number = String(position + 1).padStart(4, '0')
    const [heading = ''] = read(join('docs/decisions', file)).split('\n')
    expect(file).toMatch(new RegExp(`^${number}-[a-z0-9-]+\\.md$`))
    expect(index).toContain(`- [${number}](${file}) ${heading.replace(`# ${number}. `, '')}`)
  }
})
