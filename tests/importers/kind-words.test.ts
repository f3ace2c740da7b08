import { describe, expect, test } from 'vitest'
import { divisionForms, removeKind, townForms } from '../../src/importers/places/kind-words.ts'

describe('a name in the manner of UCDP, which appends the kind', () => {
  test.each([
    ['Samarra town', 'Samarra'],
    ['Baghdād city', 'Baghdād'],
    ['Patiya sub-district', 'Patiya'],
    ['Ramgarh sub-District', 'Ramgarh'],
    ['Sadar Gazipur sub-district', 'Sadar Gazipur'],
    ['Sadar upazila (sub-district)', 'Sadar'],
    ['Kudilah Village', 'Kudilah'],
    ['Pabna Disctrict', 'Pabna'],
    ['Al-Chibayish area', 'Al-Chibayish'],
    ['Ain al-Hilweh refugee camp', 'Ain al-Hilweh'],
    ['Şalāḩ ad Dīn governorate', 'Şalāḩ ad Dīn'],
    ['Borno state', 'Borno'],
    ['Rajshahi City town', 'Rajshahi'],
    ['Rhode Island state', 'Rhode Island'],
    ['Kuwait City city', 'Kuwait City'],
    ['Helmand  province ', 'Helmand'],
    // The word is part of the name.
    ['Cape Town', 'Cape Town'],
    ['Mexico City', 'Mexico City'],
    ['Ho Chi Minh City', 'Ho Chi Minh City'],
    ['New York City', 'New York City'],
    ['Salt Lake City', 'Salt Lake City'],
    ['Free State', 'Free State'],
    ['Central African Republic', 'Central African Republic'],
    // Without it nothing of its own is left.
    ['Northern province', 'Northern province'],
    ['North Eastern province', 'North Eastern province'],
    ['Old city', 'Old city'],
    ['Aleppo - Old city', 'Aleppo - Old city'],
    // Not at the end.
    ['Province 1', 'Province 1'],
    ['Camp Ashraf', 'Camp Ashraf'],
    ['District of Columbia', 'District of Columbia'],
    ['City of London', 'City of London'],
    ['Ain Assad Air Base', 'Ain Assad Air Base'],
    ['Townsville', 'Townsville'],
    ['Georgetown', 'Georgetown'],
  ])('%s is %s', (text, name) => expect(removeKind(text, 'appended')).toBe(name))

  test.each([
    ['Donetsk oblast', 'Donetsk'],
    ['Kyiv city', 'Kyiv city'],
    ['Chittagong Division', 'Chittagong'],
  ])('of the division %s it is %s', (text, name) =>
    expect(removeKind(text, 'appended', 'division')).toBe(name),
  )
})

describe('a name of which the kind is a part', () => {
  test.each([
    ['Kansas City', 'Kansas City'],
    ['Kyiv City', 'Kyiv City'],
    ['Donetsk Oblast', 'Donetsk Oblast'],
    ['Western Province', 'Western Province'],
    ['Kabul province', 'Kabul'],
    ['Hodeidah governorate', 'Hodeidah'],
    ['Eastern province', 'Eastern province'],
  ])('%s is %s', (text, name) => expect(removeKind(text, 'named')).toBe(name))
})

test.each([
  ['Samarra town', 'samarra'],
  ['Kansas City', 'kansas city'],
  ['Sadr City', 'sadr city'],
  ['Baghdad - Karrada', 'karrada'],
  ['Al Karmah town', 'karmah'],
])('%s is looked up as %s, too', (text, form) => expect(townForms(text)).toContain(form))

test.each([
  ['Donetsk Oblast', 'donetsk'],
  ['Wilaya de Tizi Ouzou', 'tizi ouzou'],
  ['Muhafazat Halab', 'halab'],
  ['Republic of Crimea', 'crimea'],
  ['Al Anbār province', 'anbar'],
])('the division %s is looked up as %s, too', (text, form) => expect(divisionForms(text)).toContain(form))

test.each(['Free State', 'Northern province', 'Province 1'])('%s has no other form', (text) => {
  expect(divisionForms(text)).toEqual([divisionForms(text)[0]])
})
