import { addDays, formatDay, parseMonth } from '../contract/days.ts'
import type { DraftSource } from '../contract/draft.ts'

/** `WP 04 Apr (MoH)`: the abbreviated name, the day of publication without its year, a remark. */
const CITATION = /^(?<publisher>.+?)\s+(?<day>\d{1,2})\s+(?<month>[a-z]{3,9})\b\.?\s*(?<remark>.*)$/i

/** Parses the sources: separated by commas or semicolons, but not by those within brackets. */
export function parseIbcSources(text: string, start: string): DraftSource[] {
  const citations = text.split(/[,;](?![^(]*\))/).map((part) => part.trim())
  return [...new Set(citations.filter((part) => !/^[-–—]*$/.test(part)))].map((citation) => {
    const { publisher, day, month, remark } = CITATION.exec(citation)?.groups ?? {}
    const number = parseMonth(month ?? '')
    if (publisher === undefined || number === null)
      return { publisher: citation, title: null, url: null, published_date: null }
    const published_date = inferPublicationDay(start, number, Number(day))
    // Without a year it would be one source with the report of the same day of any other year.
    const title = remark === '' && published_date !== null ? null : citation
    return { publisher, title, url: null, published_date }
  })
}

/**
 * Infers the year of a day of publication from the incident: the first such day that is at most a week before it
 * (a report dated before its incident is a typing error).
 */
function inferPublicationDay(start: string, month: number, day: number): string | null {
  const earliest = addDays(start, -7)
  const year = Number(earliest.slice(0, 4))
  const days = [year, year + 1].map((one) => formatDay(one, month, day))
  return days.find((one) => one !== null && one >= earliest) ?? null
}
