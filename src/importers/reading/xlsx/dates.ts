/** What a number of a workbook represents: itself, a day (with or without a time), or a time of the day. */
export type NumberKind = 'number' | 'date' | 'time'

/** Formats that have a number and no code in the file (ECMA-376 part 1, 18.8.30). */
const BUILT_IN: Readonly<Record<number, NumberKind>> = Object.fromEntries([
  ...[14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, 'date']),
  ...[18, 19, 20, 21, 32, 33, 45, 47].map((id) => [id, 'time']),
])

const DAY_SECONDS = 86_400
/** 1 January 1970 in days of a workbook, and the offset of workbooks that count from 1904. */
const UNIX_EPOCH = 25_569
const FROM_1904 = 1462
/** The last day of 9999. */
const LAST_DAY = 2_958_465

/** Classifies a number format: built-in by its number, or given by its code. */
export function classifyFormat(formatId: number, code: string | undefined): NumberKind {
  if (code === undefined) return BUILT_IN[formatId] ?? 'number'
  // Durations are numbers: [h]:mm exceeds a day.
  if (/\[(h+|m+|s+)\]/i.test(code)) return 'number'
  const [letters = ''] = code
    .replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .replace(/AM\/PM|A\/P/gi, 'h')
    .split(';')
  if (/general/i.test(letters)) return 'number'
  if (/[yd]/i.test(letters)) return 'date'
  if (/[hs]/i.test(letters)) return 'time'
  return /m/i.test(letters) ? 'date' : 'number'
}

/** Formats a day and time as `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM:SS` or `HH:MM:SS`; null where it is out of range. */
export function formatDate(serial: number, kind: 'date' | 'time', is1904: boolean): string | null {
  if (!(serial >= 0 && serial < LAST_DAY + 1)) return null
  const seconds = Math.round(serial * DAY_SECONDS)
  let day = Math.floor(seconds / DAY_SECONDS)
  const time = formatTime(seconds - day * DAY_SECONDS)
  if (day === 0 && (kind === 'time' || serial > 0)) return time
  if (is1904) day += FROM_1904
  // Workbooks take 1900 for a leap year: before its 29 February (60), days are one off.
  else if (day < 60) day += 1
  if (day > LAST_DAY) return null
  const date = new Date((day - UNIX_EPOCH) * DAY_SECONDS * 1000).toISOString().slice(0, 10)
  return time === '00:00:00' ? date : `${date}T${time}`
}

function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19)
}
