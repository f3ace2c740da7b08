import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StatsRow } from '../../src/stats/stats.schema.ts'
import { createUcdpDatabase, DatabaseFiles, fetchJson, locateUcdpFile, run } from '../support/database.ts'

const FILES = new DatabaseFiles()
const COUNTRIES = ['iraq', 'bangladesh'] as const

/** The rows of the files as objects, without the row of tags. */
const ROWS = COUNTRIES.flatMap((country) => {
  const [header = [], ...rows] = parse(gunzipSync(readFileSync(locateUcdpFile(country))), {
    relax_column_count: true,
  }) as string[][]
  return rows
    .filter(([id]) => /^\d+$/.test(id ?? ''))
    .map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
})

interface StatsResponse {
  data: StatsRow[]
  total: unknown
  by_dataset: { dataset: string; records: number }[]
  notes: { code: string; message: string }[]
}

let path: string
const fetchStats = (query: string) => fetchJson<StatsResponse>(path, `/v1/stats?limit=1000&${query}`)

beforeAll(async () => {
  path = FILES.copy(await createUcdpDatabase(...COUNTRIES))
})

describe('both files of UCDP GED', () => {
  const sumBy = (keyOf: (row: Record<string, string>) => string) => {
    const sums = new Map<string, { records: number; low: number; best: number; high: number }>()
    for (const row of ROWS) {
      const sum = sums.get(keyOf(row)) ?? { records: 0, low: 0, best: 0, high: 0 }
      sum.records += 1
      for (const bound of ['low', 'best', 'high'] as const) sum[bound] += Number(row[bound])
      sums.set(keyOf(row), sum)
    }
    return sums
  }

  test.each([
    ['year', (date: string) => `${date.slice(0, 4)}-01-01`],
    ['month', (date: string) => `${date.slice(0, 7)}-01`],
    ['day', (date: string) => date.slice(0, 10)],
  ])('have the sums of their columns by country and %s', async (interval, startOf) => {
    const expected = sumBy((row) => `${row.country} ${startOf(row.date_start ?? '')}`)
    const found = new Map<string, unknown>()
    for (const country of ['Iraq', 'Bangladesh']) {
      let cursor = ''
      do {
        const query = `dataset=ucdp-ged&country=${country}&group_by=country,date&interval=${interval}${cursor}`
        const { data, page } = (await fetchStats(query)) as StatsResponse & { page: { next: string | null } }
        for (const { by, records, fatalities } of data) {
          const { low, best, high } = fatalities ?? {}
          found.set(`${by.country?.name} ${by.date?.from}`, { records, low, best, high })
        }
        cursor = page.next ? `&cursor=${page.next}` : ''
      } while (cursor)
    }
    expect(found).toEqual(expected)
  })

  test('are listed separately from the seed, with a note why there is no total', async () => {
    const { data, total, by_dataset, notes } = await fetchStats(
      'city=Baghdad&date_from=2017-01-02&date_to=2017-01-02&group_by=date&interval=day',
    )
    expect(data.map(({ by: { dataset }, fatalities }) => [dataset, fatalities?.best])).toEqual([
      ['seed', 33],
      ['ucdp-ged', 39],
    ])
    expect(total).toBeNull()
    expect(by_dataset.map(({ dataset }) => dataset)).toEqual(['seed', 'ucdp-ged'])
    expect(notes).toEqual([{ code: 'several_datasets', message: expect.stringContaining('combine=prefer:') }])
  })

  test('count a linked event once, with the figures of the preferred data set', async () => {
    const day = 'date_from=2017-01-02&date_to=2017-01-02'
    const killed = async (query: string) => {
      const { total, combined } = (await fetchStats(query)) as never as {
        total: { fatalities: { best: number } }
        combined: unknown
      }
      return { best: total.fatalities.best, combined }
    }
    const seed = 'seed:sadr-city-2017-01-02'
    expect(await killed(`city=Baghdad&${day}&combine=prefer:ucdp-ged`)).toMatchObject({ best: 33 + 39 })
    await run(`link suggest`, path)
    await run(`link accept ${seed} ucdp-ged:238319`, path)
    await run('link accept seed:samarra-2017-01-02 ucdp-ged:238325', path)
    // The other attacks of the day, which only the seed has, and UCDP's figure of the car bomb.
    expect(await killed(`city=Baghdad&${day}&combine=prefer:ucdp-ged`)).toMatchObject({
      best: 9 + 39,
      combined: { rule: 'prefer:ucdp-ged', events: 1, merged: 1 },
    })
    expect(await killed(`city=Baghdad&${day}&combine=prefer:seed`)).toMatchObject({ best: 9 + 24 })
    expect(await killed(`city=Baghdad&${day}&combine=max`)).toMatchObject({ best: 9 + 39 })
    expect(await killed(`city=Samarra&${day}&combine=prefer:ucdp-ged`)).toMatchObject({ best: 7 })
    expect(await killed(`city=Samarra&${day}&combine=prefer:seed`)).toMatchObject({ best: 13 })
    await run(`link reset ${seed} ucdp-ged:238319`, path)
    expect(await killed(`city=Baghdad&${day}&combine=prefer:ucdp-ged`)).toMatchObject({
      best: 33 + 39,
      combined: { events: 0, merged: 0, undecided: expect.any(Number) },
    })
  }, 60_000)
})
