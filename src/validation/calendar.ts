const ISO_DATE = /^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const SHORT_MONTHS = new Set(['02', '04', '06', '09', '11'])

/** Whether the text is a day of the Gregorian calendar, `YYYY-MM-DD`, years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  if (!ISO_DATE.test(text)) return false
  const [month, day] = [text.slice(5, 7), Number(text.slice(8))]
  if (day <= 28 || !SHORT_MONTHS.has(month)) return true
  if (month !== '02') return day <= 30
  const year = Number(text.slice(0, 4))
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const ISO_INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Whether the text is an RFC 3339 date-time with a time zone. */
export function isInstant(text: string): boolean {
  const date = ISO_INSTANT.exec(text)?.[1]
  return date !== undefined && isCalendarDate(date)
}

/** Milliseconds of a day, UTC. */
export const MS_PER_DAY = 86_400_000

/** Days since 1970-01-01 of a calendar date; negative before. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY
}

/** The calendar date of a number of days since 1970-01-01, of the years 0000 to 9999. */
export function dayOfNumber(number: number): string {
  return dayOf(new Date(number * MS_PER_DAY))
}

/** The day of a time, UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
