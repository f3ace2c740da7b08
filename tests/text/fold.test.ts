import { describe, expect, test } from 'vitest'
import { fold, splitPhrases, splitWords } from '../../src/text/fold.ts'
import { suggest } from '../../src/text/suggest.ts'

describe('fold', () => {
  test.each([
    [
      'samarra',
      ['Samarra', 'SAMARRA', 'Sāmarrā’', 'sāmarrāʾ', "Samarra'", 'Sa\u0304marra\u0304', ' Samarra '],
    ],
    ['سامرا', ['سامراء', 'سَامَرَّاء', 'ســامراء', 'سامرا']],
    ['انبار', ['أنبار', 'إنبار', 'آنبار', 'ٱنبار']],
    ['موصلي', ['موصلى', 'موصلي', 'موصلی']],
    ['salah ad din', ['Şalāḩ ad Dīn', 'Salah-ad-Din', 'SALAH  AD  DIN']],
    ['istanbul', ['İstanbul', 'ISTANBUL']],
    ['lodz', ['Łódź', 'LODZ']],
    ['oneil s no 2 3', ["O'Neil_s (No. 2/3)\t", '~O`Neil\0s@no^2\\3']],
    ['strasse', ['Straße', 'STRASSE']],
    ['тикрит', ['Тикрит', 'ТИКРИТ']],
    ['बगदाद', ['बगदाद']],
    ['', ['', "'", '—', '٫']],
  ])('%s', (folded, spellings) => {
    for (const spelling of spellings) expect(fold(spelling)).toBe(folded)
  })

  test('keeps scripts and different names apart', () => {
    const names = ['Samarra', 'سامراء', 'Самарра', 'Samara', 'Hilla', 'Halla', 'حلة', 'هلة', 'ন', 'না']
    expect(new Set(names.map(fold)).size).toBe(names.length)
  })

  test('is idempotent', () => {
    for (const text of ['Sāmarrā’ town', 'بغـداد', 'Łódź', 'ティクリート', 'Ærø'])
      expect(fold(fold(text))).toBe(fold(text))
  })
})

test('words are split at anything but letters and digits, unspaced scripts at each character', () => {
  expect(splitWords('Car-bomb, 24 dead!')).toEqual(['car', 'bomb', '24', 'dead'])
  expect(splitWords('巴格达 car')).toEqual(['巴', '格', '达', 'car'])
  expect(splitWords('  ')).toEqual([])
})

test.each([
  ['citty', ['country', 'city', 'limit'], ['city']],
  ['Bagdad', ['Baghdad', 'Basra'], ['Baghdad']],
  ['xyz', ['city', 'country'], []],
  ['', ['a'], []],
  ['hihg', ['low', 'best', 'high'], ['high']],
])('the suggestions for %s of %j are %j', (word, candidates, expected) => {
  expect(suggest(word, candidates)).toEqual(expected)
})

describe('phrases', () => {
  test.each([
    ['Sadr City bomb', ['sadr', 'city', 'bomb']],
    ['袭击 警察局', ['袭 击', '警 察 局']],
    ['Bangkok กรุงเทพ', ['bangkok', [...'กรุงเทพ'].join(' ')]],
    ['  --  ', []],
  ])('%s', (text, expected) => expect(splitPhrases(text)).toEqual(expected))
})
