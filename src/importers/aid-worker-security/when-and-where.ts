import type { Cells } from '../contract/cells.ts'
import { formatDay, monthAround } from '../contract/days.ts'
import type { Draft } from '../contract/draft.ts'

/** Reads the day; the whole month or year where `Day` or `Month` is empty. */
export function readDates(cells: Cells): Pick<Draft, 'date_start' | 'date_end' | 'date_precision'> {
  const [year, month, day] = [
    readNumber(cells, 'year', 1900, 2100),
    readNumber(cells, 'month', 1, 12),
    readNumber(cells, 'day', 1, 31),
  ]
  if (year === null && cells.text('year') === '') cells.addError('year', 'is required')
  if (year !== null && month === null && day === null)
    return { date_start: `${year}-01-01`, date_end: `${year}-12-31`, date_precision: 'year' }
  const start = year === null || month === null ? null : formatDay(year, month, day ?? 1)
  if (start === null) {
    if (month === null) cells.addError('day', 'must be empty where the month is not known')
    else if (year !== null) cells.addError('day', `must be a day of month ${month} of ${year}`)
    return { date_start: '1970-01-01', date_end: '1970-01-01', date_precision: 'day' }
  }
  if (day !== null) return { date_start: start, date_end: start, date_precision: 'day' }
  return { date_start: start, date_end: monthAround(start).end, date_precision: 'month' }
}

/** Reads a whole number between two others; null where the cell is empty or, with an error, wrong. */
function readNumber(cells: Cells, column: string, from: number, to: number): number | null {
  const text = cells.text(column).replace(/\.0+$/, '')
  const number = Number(text)
  if (text === '') return null
  if (/^\d{1,4}$/.test(text) && number >= from && number <= to) return number
  cells.addError(column, `must be a whole number from ${from} to ${to}, or empty where it is not known`)
  return null
}

/** Words of a text that describes a position, or names a building or road, not a settlement. */
const NO_SETTLEMENT =
  /\d\s*km\b|\b(?:between|near|from|outside|around|border|various|several|unknown|hospital|school|clinic|office|airport|junction|road|route|highway|river|dam|checkpoint|market)\b/i

/**
 * Reads the place. `City` is the nearest named settlement, so it is never `exact`; a text that names none is left
 * out. The coordinates are the centre of whatever is known.
 */
export function readPlace(cells: Cells): Pick<Draft, 'where' | 'geo_precision'> {
  const [city, admin1] = [cells.text('city'), cells.optional('region')]
  // Of "Mogadishu, Waberi" the first part is the settlement.
  const name = NO_SETTLEMENT.test(city) ? '' : (city.split(/[,(]/)[0] ?? '').trim()
  const place = /\p{L}/u.test(name) ? name : null
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  return {
    where: {
      ...readCountry(cells),
      admin1,
      place,
      latitude: longitude === null ? null : latitude,
      longitude: latitude === null ? null : longitude,
    },
    geo_precision: place
      ? 'near'
      : cells.text('district')
        ? 'admin2'
        : admin1 === null
          ? 'country'
          : 'admin1',
  }
}

/** Reads the country. Chechnya, with the republics around it, has no code: it lies in Russia. Some rows have none. */
function readCountry(cells: Cells): Pick<Draft['where'], 'country' | 'iso'> {
  const country = cells.optional('country')
  const code = cells.optional('country_code')
  const iso = country === 'Chechnya' ? 'RUS' : code
  return { country: country ?? code, ...(iso && { iso }) }
}
