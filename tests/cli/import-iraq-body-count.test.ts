import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { DatabaseFiles, fetchJson, run } from '../support/database.ts'

const FILES = new DatabaseFiles()
const HEADER =
  'IBC code,Start Date,End Date,Time,Location,Target,Weapons,Reported Minimum,Reported Maximum,Sources'
/** An invented incident. */
const row = (code: string, location: string, deaths = 2) =>
  `${code},3 May 2010,3 May 2010,AM,"${location}",made-up target,gunfire,${deaths},${deaths},AFP 04 May`

function fileOf(rows: readonly string[], header = HEADER): string {
  const path = join(FILES.newFolder(), 'ibc.csv')
  writeFileSync(path, `${[header, ...rows].join('\n')}\n`)
  return path
}

const incidentsOf = async (database: string, query = '') =>
  (await fetchJson<{ data: Incident[] }>(database, `/v1/incidents?dataset=ibc&limit=100${query}`)).data

describe('locations', () => {
  /** Location, governorate, city, district, precision. */
  const PLACES: readonly [string, string | null, string | null, string | null, string][] = [
    // Distances and compound directions.
    ['Made-up village, 30 km southeast of Baghdad', 'Baghdad', null, null, 'admin1'],
    ['30 km south of Baghdad', 'Baghdad', null, null, 'admin1'],
    ['35 km northeast of Baquba', 'Diyala', null, null, 'admin1'],
    ['Exampla, 15 km west-northwest of Kirkuk', 'Kirkuk', 'Kirkuk', null, 'near'],
    ['20 miles south of Mosul', 'Nineveh', null, null, 'admin1'],
    // Directions in letters and words.
    ['SW Baghdad', 'Baghdad', 'Baghdad', null, 'near'],
    ['southwest Baghdad', 'Baghdad', 'Baghdad', null, 'near'],
    ['N. Basra', 'Basra', 'Basrah', null, 'near'],
    ['SE of Falluja', 'Anbar', 'Al Fallūjah', null, 'near'],
    ['NE Mosul', 'Nineveh', 'Mosul', null, 'near'],
    // Spellings.
    ['Diwaniyah', 'Al-Qadisiyah', 'Al Diwaniyah', null, 'near'],
    ['Diwaniya', 'Al-Qadisiyah', 'Al Diwaniyah', null, 'near'],
    ['Mahmoudiya', 'Baghdad', 'Al Maḩmūdīyah', null, 'near'],
    ['Talafar', 'Nineveh', 'Tall ‘Afar', null, 'near'],
    ['Muqdadiya', 'Diyala', 'Al Miqdādīyah', null, 'near'],
    // Parts of towns.
    ['central Kut, Wasit', 'Wasit', 'Al-Kut', null, 'near'],
    ['downtown Tikrit', 'Salah ad Din', 'Tikrīt', null, 'near'],
    ['Exampla, central Ramadi', 'Anbar', 'Ramadi', null, 'near'],
    ['outskirts of Samarra', 'Salah ad Din', 'Samarra', null, 'near'],
    // Districts.
    ['New Baghdad', 'Baghdad', 'Baghdad', 'New Baghdad', 'near'],
    ['Al-Shaab, north Baghdad', 'Baghdad', 'Baghdad', 'Shaab', 'near'],
    ['Doura, south Baghdad', 'Baghdad', 'Baghdad', 'Dora', 'near'],
    ['Example Square, Kadhimiyah, Baghdad', 'Baghdad', 'Baghdad', 'Kadhimiya', 'near'],
    // Unknown locations.
    ['unknown location, Iraq', null, null, null, 'country'],
    ['undisclosed location', null, null, null, 'country'],
    ['various towns in Iraq', null, null, null, 'country'],
    ['location not given, Diyala province', 'Diyala', null, null, 'admin1'],
    // Morgues.
    ['made-up deaths recorded at the Baghdad morgue', 'Baghdad', null, null, 'admin1'],
    ['Baquba morgue', 'Diyala', null, null, 'admin1'],
    ['bodies received by the mortuary of Kirkuk', 'Kirkuk', null, null, 'admin1'],
    ['morgue, Mosul', 'Nineveh', null, null, 'admin1'],
    // Exclusions.
    ['towns and villages, excluding Baghdad', null, null, null, 'country'],
    ['all governorates except Anbar', null, null, null, 'country'],
    ['Iraq (not including Mosul)', null, null, null, 'country'],
    ['Nineveh, other than Mosul', 'Nineveh', null, null, 'admin1'],
  ]
  let stored: Map<string, Incident>

  beforeAll(async () => {
    const database = FILES.copy()
    const rows = PLACES.map(([location], index) => row(`x${index}`, location))
    const { code, stderr } = await run(`import ${fileOf(rows)}`, database)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    stored = new Map((await incidentsOf(database)).map((incident) => [incident.id, incident]))
  })

  test.each(PLACES.map((place, index) => [index, ...place] as const))(
    '%i: %s is in %s: %s, %s, %s',
    (index, location, admin1, city, district, geo_precision) => {
      const incident = stored.get(`ibc:x${index}`)
      expect(incident?.place).toMatchObject({ country: 'Iraq', admin1, city, district })
      expect(incident?.geo_precision).toBe(geo_precision)
      expect(incident?.description).toContain(location)
    },
  )
})

describe('codes of several incidents', () => {
  const ROWS = [
    row('x21', 'Hurriyah, Baghdad'),
    row('x21', 'Sadr City, Baghdad', 3),
    row('x22', 'Samarra'),
    row('x22', 'Samarra'),
    row('x23', 'Mosul'),
    row('x21', 'Karrada, Baghdad', 4),
    row('x23', 'Mosul', 5),
  ]
  const deathsOf = async (database: string) =>
    Object.fromEntries(
      (await incidentsOf(database)).map(({ id, place, fatalities }) => [id, [place.name, fatalities?.best]]),
    )
  const DEATHS = {
    'ibc:x21': ['Hurriya', 2],
    'ibc:x21-2': ['Sadr City', 3],
    'ibc:x21-3': ['Karrada', 4],
    'ibc:x22': ['Samarra', 2],
    'ibc:x23': ['Mosul', 2],
    'ibc:x23-2': ['Mosul', 5],
  }
  const path = () => fileOf(ROWS)

  test('are all kept, and the report says so', async () => {
    const { code, stdout } = await run(`import ${path()}`, FILES.copy())
    expect(code).toBe(0)
    expect(stdout).toContain('rows read 7, added 6, updated 0, unchanged 0, rejected 0, skipped 1')
    expect(stdout).toContain('x21 (lines 2, 3, 7), x23 (lines 6, 8)')
    expect(stdout).toContain('rows identical to an earlier one 1')
  })

  test('have ids that stay the same', async () => {
    const database = FILES.copy()
    await run(`import ${path()}`, database)
    expect(await deathsOf(database)).toEqual(DEATHS)
    const again = await run(`import ${path()}`, database)
    expect(again.stdout).toContain('added 0, updated 0, unchanged 6')
    // The first row of a code comes again in a file with another column, without the others.
    const wider = fileOf([`${ROWS[0]},`], `${HEADER},Note`)
    expect((await run(`import ${wider}`, database)).stdout).toContain('missing from the file 5')
    const cities = fileURLToPath(new URL('../fixtures/geonames/cities500.txt', import.meta.url))
    const { code } = await run(`gazetteer import ${cities}`, database)
    expect(code).toBe(0)
    expect(await deathsOf(database)).toEqual(DEATHS)
  })

  test.each<[string, string[], string[]]>([
    ['a code that is another one with its suffix', ['y1', 'y1', 'y1-2'], ['y1', 'y1-2', 'y1-2-2']],
    ['a code that takes the suffix first', ['y1-2', 'y1', 'y1'], ['y1', 'y1-2', 'y1-3']],
    ['letters after the number', ['y1a', 'y1b', 'y1a'], ['y1a', 'y1a-2', 'y1b']],
  ])('%s', async (_, codes, ids) => {
    const database = FILES.copy()
    const rows = codes.map((code, index) => row(code, 'Samarra', index))
    expect((await run(`import ${fileOf(rows)}`, database)).code).toBe(0)
    const stored = (await incidentsOf(database)).map(({ id }) => id.replace('ibc:', ''))
    expect(stored.sort()).toEqual(ids)
  })
})
