/** A name of a person or an organisation, as CSL-JSON has it. */
export type Author = { family: string; given: string } | { literal: string }

/** Year, or year, month and day. */
export type DateParts = readonly [number] | readonly [number, number, number]

/**
 * A reference: the part of CSL-JSON (citation-style-language, "csl-data.json") that data sets need. Other formats are
 * rendered from it.
 */
export interface Reference {
  /** The key of BibTeX and CSL: ASCII letters, digits, `-`, `:` and `.`. */
  id: string
  type: 'dataset' | 'article-journal'
  title: string
  author: readonly Author[]
  issued?: DateParts
  'container-title'?: string
  volume?: string
  issue?: string
  page?: string
  publisher?: string
  /** The release of a data set or the state of the data. */
  version?: string
  DOI?: string
  URL?: string
  /** The day of access. */
  accessed?: DateParts
  note?: string
}

/** The parts of a day such as `2026-11-28`. */
export function toDateParts(day: string): DateParts {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return [year, month, date]
}

/** Renders date parts as `2026` or `2026-11-28`. */
export function formatDate(parts: DateParts): string {
  return parts.map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0')).join('-')
}
