import { type Author, formatDate, type Reference } from './reference.ts'

/** Renders references as BibTeX, with the types and fields that BibTeX and biblatex both know. */
export function renderBibtex(references: readonly Reference[]): string {
  return references.map(renderBibtexEntry).join('\n')
}

function renderBibtexEntry(reference: Reference): string {
  const { author, issued, accessed } = reference
  const fields: [string, string | undefined][] = [
    ['title', braced(reference.title)],
    ['author', author.length > 0 ? author.map(bibtexName).join(' and ') : undefined],
    ['year', issued && String(issued[0])],
    ['journal', reference['container-title'] && escapeTex(reference['container-title'])],
    ['volume', reference.volume],
    ['number', reference.issue],
    ['pages', reference.page?.replace('-', '--')],
    ['publisher', reference.publisher && escapeTex(reference.publisher)],
    ['version', reference.version && escapeTex(reference.version)],
    ['doi', reference.DOI],
    ['url', reference.URL],
    ['urldate', accessed && formatDate(accessed)],
    ['note', reference.note && escapeTex(reference.note)],
  ]
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]))
  // BibTeX has no type for data sets, and biblatex's @dataset is an error to it.
  const type = reference.type === 'dataset' ? 'misc' : 'article'
  return `@${type}{${reference.id},\n${lines.join(',\n')}\n}\n`
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
}

function escapeTex(text: string): string {
  return text.replace(/[\\{}~^]|[&%$#_]/g, (sign) => TEX[sign] ?? `\\${sign}`)
}

/** Braces keep the letters of a title as they are. */
const braced = (text: string) => `{${escapeTex(text)}}`

function bibtexName(author: Author): string {
  // Braces keep the words of an organisation together.
  return 'literal' in author ? braced(author.literal) : escapeTex(`${author.family}, ${author.given}`)
}

/** Renders references as RIS (tags of the RefMan specification), each line ended by CRLF. */
export function renderRis(references: readonly Reference[]): string {
  return references.map(renderRisEntry).join('\r\n')
}

function renderRisEntry(reference: Reference): string {
  const { author, issued, accessed, page } = reference
  const [first, last] = page?.split('-') ?? []
  const lines: [string, string | undefined][] = [
    ['TY', reference.type === 'dataset' ? 'DATA' : 'JOUR'],
    ['ID', reference.id],
    ['TI', reference.title],
    ...author.map((each): [string, string] => [
      'AU',
      'literal' in each ? each.literal : `${each.family}, ${each.given}`,
    ]),
    ['PY', issued && String(issued[0])],
    ['DA', issued && issued.length > 1 ? formatDate(issued).replaceAll('-', '/') : undefined],
    ['T2', reference['container-title']],
    ['VL', reference.volume],
    ['IS', reference.issue],
    ['SP', first],
    ['EP', last],
    ['PB', reference.publisher],
    ['ET', reference.version],
    ['DO', reference.DOI],
    ['UR', reference.URL],
    ['Y2', accessed && formatDate(accessed).replaceAll('-', '/')],
    ['N1', reference.note],
  ]
  const rendered = lines.flatMap(([tag, value]) =>
    value === undefined ? [] : [`${tag}  - ${onOneLine(value)}`],
  )
  return `${[...rendered, 'ER  - '].join('\r\n')}\r\n`
}

const onOneLine = (text: string) => text.replace(/\s+/g, ' ')

/** Renders references as a CSL-JSON list (citation-style-language, "csl-data.json"). */
export function renderCslJson(references: readonly Reference[]): string {
  const items = references.map(({ issued, accessed, ...rest }) => ({
    ...rest,
    ...(issued && { issued: { 'date-parts': [issued] } }),
    ...(accessed && { accessed: { 'date-parts': [accessed] } }),
  }))
  return `${JSON.stringify(items, null, 2)}\n`
}

/** Renders references as text, one a line, as in `Sundberg, Ralph, and Erik Melander (2013): Title. …`. */
export function renderText(references: readonly Reference[]): string {
  return references.map((reference) => `${renderSentence(reference)}\n`).join('')
}

function renderSentence(reference: Reference): string {
  const { author, issued, title, volume, issue, page, publisher, version, DOI, URL, accessed, note } =
    reference
  const journal = reference['container-title']
  const place =
    journal &&
    `${journal} ${volume ?? ''}${issue ? `(${issue})` : ''}${page ? `, ${page.replace('-', '–')}` : ''}`
  const year = issued ? ` (${issued[0]})` : ''
  const head = author.length > 0 ? `${joinNames(author)}${year}: ${title}` : `${title}${year}`
  const parts = [
    head,
    place,
    publisher,
    version && `Version ${version}`,
    note,
    DOI ? `https://doi.org/${DOI}` : URL,
    accessed && `Accessed ${formatDate(accessed)}`,
  ]
  return parts.flatMap((part) => (part ? [`${part.replace(/\.$/, '')}.`] : [])).join(' ')
}

function joinNames(authors: readonly Author[]): string {
  const names = authors.map((author, index) => {
    if ('literal' in author) return author.literal
    return index === 0 ? `${author.family}, ${author.given}` : `${author.given} ${author.family}`
  })
  return names.length > 1 ? `${names.slice(0, -1).join(', ')}, and ${names.at(-1)}` : (names[0] ?? '')
}
