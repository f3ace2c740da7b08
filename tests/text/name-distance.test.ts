import { expect, test } from 'vitest'
import { fold } from '../../src/text/fold.ts'
import { nameDistance } from '../../src/text/name-distance.ts'

test.each<[string, string, boolean]>([
  ['Republic of Irak', 'Iraq', true],
  ['Republic of Irak', 'Republic of Iraq', true],
  ['Republic of Irak', 'Republic of Korea', false],
  ['Republic of Irak', 'Republic of Italy', false],
  ['United Kingdm', 'United Kingdom', true],
  ['United Stats', 'United States', true],
  ['Democratic Republic of Kongo', 'Congo', true],
  ['San Jose', 'San Juan', false],
  ['South Sudn', 'South Sudan', true],
  ['South Sudn', 'South Korea', false],
  ['Abughraib', 'Abu Ghraib', true],
  ['Al Fallujah', 'Fallujah', true],
  ['Hassan Ali', 'Ali Hasan', true],
  ['Bagdad', 'Baghdad', true],
  ['Bagdad', 'Basra', false],
])('%s is near to %s: %s', (wanted, candidate, isNear) => {
  expect(nameDistance(fold(wanted), fold(candidate)) !== null).toBe(isNear)
})

test('names that are near as a whole come before those that share a word', () => {
  const distance = (name: string) => nameDistance(fold('Republic of Koria'), fold(name)) ?? Infinity
  expect(distance('Republic of Korea')).toBeLessThan(distance("Democratic People's Republic of Korea"))
})
