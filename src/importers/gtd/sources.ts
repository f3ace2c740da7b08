import type { Cells } from '../contract/cells.ts'
import { parseDay } from '../contract/days.ts'
import type { DraftSource } from '../contract/draft.ts'

/** `"Title," Publisher, January 2, 2018.`: the form of GTD's citations, the date sometimes left out. */
const CITATION = /^["“](?<title>.+?),?["”],?\s+(?<rest>[^"“”]+)$/s
const DATED = /^(?<publisher>.+?),?\s+(?<date>[A-Z][a-z]+ \d{1,2}, \d{4})\.?$/s

/** Reads the cited articles; where there are none, the collection from which the record comes. */
export function readGtdSources(cells: Cells): DraftSource[] {
  const citations = ['scite1', 'scite2', 'scite3'].flatMap((column) => cells.optional(column) ?? [])
  if (citations.length > 0) return [...new Set(citations)].map(parseCitation)
  const collection = cells.optional('dbsource')
  return collection === null ? [] : [{ publisher: collection, title: null, url: null, published_date: null }]
}

function parseCitation(citation: string): DraftSource {
  const { title, rest } = CITATION.exec(citation)?.groups ?? {}
  if (title === undefined || rest === undefined)
    return { publisher: 'not recorded', title: citation, url: null, published_date: null }
  const { publisher, date } = DATED.exec(rest)?.groups ?? {}
  return {
    publisher: publisher ?? rest.replace(/\.$/, ''),
    title,
    url: null,
    published_date: date === undefined ? null : parseDay(date),
  }
}
