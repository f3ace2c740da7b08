import { dayNumber } from '../../validation/calendar.ts'

/** The number of keys of a day: more than any data set has incidents on a day. */
export const KEYS_PER_DAY = 2 ** 20

/** The first key of a day. */
export function firstKeyOf(dateStart: string): number {
  return dayNumber(dateStart) * KEYS_PER_DAY
}

/** True for a key that is one of the keys of a day. */
export function isKeyOf(key: number, dateStart: string): boolean {
  return Math.floor(key / KEYS_PER_DAY) === dayNumber(dateStart)
}
