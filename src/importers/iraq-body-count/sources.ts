import { calendarDay, monthNumber, plus } from '../contract/days.ts'
import type { DraftSource } from '../contract/draft.ts'

/** `WP 04 Apr (MoH)`: the abbreviated name, the day of publication without its year, a remark. */
const CITATION = /^(?<publisher>.+?)\s+(?<day>\d{1,2})\s+(?<month>[a-z]{3,9})\b\.?\s*(?<remark>.*)$/i

/** The sources of an incident: separated by commas or semicolons, but not by those within brackets. */
export function ibcSources(text: string, start: string): DraftSource[] {
  const citations = text.split(/[,;](?![^(]*\))/).map((part) => part.trim())
  return [...new Set(citations.filter((part) => !/^[-–—]*$/.test(part)))].map((citation) => {
    const { publisher, day, month, remark } = CITATION.exec(citation)?.groups ?? {}
    const number = monthNumber(month ?? '')
    if (publisher === undefined || number === null)
      return { publisher: citation, title: null, url: null, published_date: null }
    const published_date = published(start, number, Number(day))
    // Without a year it would be one source with that of every other year.
    const title = remark === '' && published_date !== null ? null : citation
    return { publisher, title, url: null, published_date }
  })
}

/**
 * The day of publication, its year taken from the incident: the first such day that is not more than a
 * week before it (a report that seems to come before its incident is a slip of the pen).
 */
function published(start: string, month: number, day: number): string | null {
  const earliest = plus(start, -7)
  const year = Number(earliest.slice(0, 4))
  const days = [year, year + 1].map((one) => calendarDay(one, month, day))
  return days.find((one) => one !== null && one >= earliest) ?? null
}
