import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createRandom } from './statistics.ts'

/**
 * A file in the format of UCDP GED, the same for the same number of rows: 49 columns, cities and deaths with the
 * skew of the real files, groups, several sources in a row, texts of realistic lengths in several scripts. The events
 * are invented.
 */

const HEADER =
  'id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob'

/** Country, Gleditsch–Ward number, region, latitude and longitude of the south-west corner of the six degrees of its towns. */
export const COUNTRIES = [
  ['Iraq', 645, 'Middle East', 30, 42],
  ['Syria', 652, 'Middle East', 33, 36],
  ['Yemen', 678, 'Middle East', 13, 44],
  ['Afghanistan', 700, 'Asia', 31, 62],
  ['India', 750, 'Asia', 20, 76],
  ['Bangladesh', 771, 'Asia', 22, 88],
  ['Ukraine', 369, 'Europe', 47, 32],
  ['Nigeria', 475, 'Africa', 7, 5],
  ['Somalia', 520, 'Africa', 2, 43],
  ['Sudan', 625, 'Africa', 11, 25],
  ['Ethiopia', 530, 'Africa', 6, 37],
  ['Mali', 432, 'Africa', 13, -6],
  ['Mozambique', 541, 'Africa', -15, 36],
  ['Myanmar', 775, 'Asia', 17, 95],
  ['Philippines', 840, 'Asia', 7, 122],
  ['Colombia', 100, 'Americas', 3, -76],
  ['Mexico', 70, 'Americas', 18, -103],
  ['Pakistan', 770, 'Asia', 28, 67],
] as const

const SYLLABLES = [
  'al',
  'sā',
  'mar',
  'ra',
  'bagh',
  'dād',
  'qa',
  'ḑā',
  'kar',
  'kūk',
  'zu',
  'mi',
  'lo',
  'ter',
  'na',
  'di',
  'ş',
  'wa',
  'ĭn',
  'gor',
  'ba',
  'leş',
  'tu',
  'ña',
  'vi',
]
/** Vocabulary of headlines and descriptions, by script. */
export const WORDS = {
  latin:
    'police station army convoy attack killed wounded village market bomb suicide car gunmen soldiers clashes militants fighters civilians shelling airstrike ambush checkpoint near the of in on after during several people dead report says officials road eastern northern province town kidnapped bodies found'.split(
      ' ',
    ),
  arabic:
    'مقتل جرحى هجوم سيارة مفخخة بغداد الشرطة الجيش مسلحون انفجار سوق مدنيون قصف قرية شمال شرق في من على بعد قتلى عدد سامراء الموصل'.split(
      ' ',
    ),
  cyrillic:
    'обстрел убиты ранены солдаты деревня взрыв атака армия полиция погибли мирные жители боевики город область возле после удар'.split(
      ' ',
    ),
  bengali: 'নিহত আহত হামলা পুলিশ বোমা বাজার গ্রাম সেনা সংঘর্ষ শহর গুলি মানুষ'.split(' '),
  chinese: ['袭击造成多人死亡', '警察局', '汽车炸弹', '武装分子', '平民', '爆炸', '军队', '村庄附近', '冲突'],
} as const
const OFFICES = [
  'Reuters News',
  'Agence France Presse',
  'Associated Press',
  'BBC Monitoring',
  'Xinhua',
  'Al Jazeera',
  'Interfax',
  'All Africa',
  'The Hindu',
  'AFP',
  'Local Radio',
  'ReliefWeb',
]

/** Generates the file, header first, in chunks of whole lines. */
export function* generateUcdpFile(rows: number): Generator<string> {
  const random = createRandom(20170102)
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  /** Picks the first items most often (Zipf). */
  const skewed = <T>(items: readonly T[]): T =>
    items[Math.min(items.length - 1, Math.floor(items.length ** random() - 1))] as T
  const name = () => {
    const text = Array.from({ length: 2 + below(3) }, () => pick(SYLLABLES)).join('')
    return text.charAt(0).toUpperCase() + text.slice(1)
  }
  const towns = COUNTRIES.flatMap(([country, gwno, region, latitude, longitude], index) => {
    const divisions = Array.from({ length: 12 }, name)
    return Array.from({ length: 400 }, () => {
      const lat = (latitude + random() * 6).toFixed(6)
      const lon = (longitude + random() * 6).toFixed(6)
      return { country, gwno, region, lat, lon, town: name(), division: pick(divisions), index }
    })
  })
  // Shuffled, so that the skew covers all countries.
  const shuffled = towns
    .map((town) => [random(), town] as const)
    .sort(([a], [b]) => a - b)
    .map(([, town]) => town)
  const groups = Array.from(
    { length: 300 },
    () => `${name()} ${pick(['Front', 'Army', 'Brigade', 'Movement', 'militia'])}`,
  )
  const sentence = (words: number) => {
    const script = random() < 0.8 ? 'latin' : pick(['arabic', 'cyrillic', 'bengali', 'chinese'] as const)
    return Array.from({ length: words }, () => pick<string>(WORDS[script])).join(' ')
  }
  const formatDay = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10)

  let chunk = `${HEADER}\r\n`
  for (let row = 0; row < rows; row += 1) {
    const at = skewed(shuffled)
    const type = pick([1, 1, 1, 2, 3])
    const sideA =
      type === 2
        ? skewed(groups)
        : type === 1 || random() < 0.5
          ? `Government of ${at.country}`
          : skewed(groups)
    const sideB = type === 3 ? 'Civilians' : `${skewed(groups)}`
    // From 1989 to 2024, with more events in later years.
    const day = 6940 + Math.floor(13_149 * random() ** 0.6)
    const precision = random() < 0.8 ? 1 : pick([2, 3, 4])
    const [start, end] = [formatDay(day), formatDay(day + ([0, 0, 4, 6, 29][precision] ?? 0))]
    const deaths = (chance: number) => (random() < chance ? Math.floor(1 / (random() + 0.005)) : 0)
    const [a, civilians, unknown] = [deaths(0.3), deaths(type === 3 ? 1 : 0.3), deaths(0.1)]
    // An event of the data set has at least one death.
    const b = deaths(0.5) || (a + civilians + unknown === 0 ? 1 : 0)
    const best = a + b + civilians + unknown
    const [low, high] = [
      Math.floor(best * (random() < 0.7 ? 1 : 0.8)),
      best + (random() < 0.7 ? 0 : below(20)),
    ]
    const sources = Array.from({ length: random() < 0.75 ? 1 : 2 }, () => ({
      office: skewed(OFFICES),
      date: formatDay(day + below(3)),
      headline: sentence(5 + below(8)),
    }))
    const joined = (part: 'office' | 'date' | 'headline') => sources.map((source) => source[part]).join(';')
    const article = sources.map(({ office, date, headline }) => `""${office},${date},${headline}""`).join(';')
    const where = random() < 0.75 ? 1 : pick([2, 3, 4, 6])
    const code = (offset: number) => (type * 1000 + at.index * 17 + offset) % 16_000
    const id = 100_000 + row
    chunk += `${id},${at.country.slice(0, 3).toUpperCase()}-${start.slice(0, 4)}-${type}-${code(1)}-${row % 997},${start.slice(0, 4)},1,Clear,${type},${code(2)},${code(3)},${at.country}: Government,${code(4)},${code(5)},${sideA} - ${sideB},${code(6)},${code(7)},${sideA},${code(8)},${code(9)},${sideB},${sources.length},"${article}",${joined('office')},${joined('date')},${joined('headline')},${pick(['police', 'officials', 'witnesses', '', 'army spokesman'])},${where},${at.town} town,${random() < 0.6 ? sentence(4 + below(14)) : `${at.town} town`},${at.division} province,${at.division} district,${at.lat},${at.lon},POINT (${at.lon} ${at.lat}),${100_000 + ((at.index * 400 + row) % 90_000)},${at.country},${at.gwno},${at.region},${random() < 0.92 ? 1 : 2},${precision},${start} 00:00:00.000,${end} 00:00:00.000,${a},${b},${civilians},${unknown},${best},${high},${low},${sideA.startsWith('Government') ? at.gwno : ''},\r\n`
    if (chunk.length > 200_000) {
      yield chunk
      chunk = ''
    }
  }
  yield chunk
}

/** Writes the file to `path`, with back-pressure from the disk. */
export async function writeUcdpFile(path: string, rows: number): Promise<void> {
  const out = createWriteStream(path)
  for (const chunk of generateUcdpFile(rows)) if (!out.write(chunk)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}
