import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import type { IncidentLink } from '../../src/links/link.schema.ts'
import {
  createUcdpDatabase,
  DatabaseFiles,
  digestContent,
  expectOneLine,
  fetchJson,
  withStorage,
} from '../support/database.ts'
import { runIncidents } from '../support/process.ts'
import { changeCells, renderUcdpCsv, UCDP_ROWS } from '../support/ucdp.ts'

const FILES = new DatabaseFiles()
const SAMARRA = 'seed:samarra-2017-01-02'
const SADR = 'seed:sadr-city-2017-01-02'

/** Runs a command on a database; arguments may contain spaces. */
const run = (path: string, ...args: string[]) =>
  runIncidents(args, { env: { DATABASE_URL: `sqlite:${path}` } })
const fetchLinks = async (path: string, id: string, query = '') =>
  (await fetchJson<{ data: IncidentLink[] }>(path, `/v1/incidents/${id}/links?${query}`)).data
const fetchIncident = (path: string, id: string) => fetchJson<Incident>(path, `/v1/incidents/${id}`)
const readRevision = (path: string) => withStorage(path, async (storage) => (await storage.revision()).number)

let suggested: string
let report: string
const copySuggested = () => FILES.copy(suggested)

/** The filter of the two months with the records of the seed. */
const AROUND_SAMARRA = 'date_from=2016-12-01&date_to=2017-01-31'

beforeAll(async () => {
  suggested = FILES.copy(await createUcdpDatabase('iraq'))
  report = (await run(suggested, 'link', 'suggest')).stdout
})

describe('incidents link suggest, with the seed and UCDP GED of Iraq', () => {
  test.each([
    [
      SAMARRA,
      'ucdp-ged:238325',
      {
        time: /the same day, 2017-01-02/,
        place: /km apart, of at most 20 \(both exact\): seed Samarra, ucdp-ged Samarra/,
        actors: /kind, not of name; IS and Islamic State are one/,
        event_type: /no event type in ucdp-ged/,
        fatalities: /seed at least 13, ucdp-ged 7: the ranges do not overlap/,
        text: /the texts share station/,
      },
    ],
    [
      SADR,
      'ucdp-ged:238319',
      {
        time: /the same day/,
        place: /7\.6 km apart.*seed Sadr City, ucdp-ged Baghdad/,
        actors: /^Islamic State and IS are one$/,
        event_type: /no event type/,
        fatalities: /seed 24, ucdp-ged 39/,
        text: /busy, car, square/,
      },
    ],
  ])('ranks first for %s the record %s, with reasons', async (id, other, reasons) => {
    const [best, second] = await fetchLinks(suggested, id)
    expect(best).toMatchObject({
      record: { id: other },
      dataset: 'ucdp-ged',
      status: 'suggested',
      decisions: [],
    })
    expect(best?.score).toBeGreaterThan(0.7)
    expect(best?.score).toBeGreaterThan(second?.score ?? 0)
    expect(Object.fromEntries((best?.components ?? []).map(({ name, reason }) => [name, reason]))).toEqual(
      Object.fromEntries(
        Object.entries(reasons).map(([name, reason]) => [name, expect.stringMatching(reason)]),
      ),
    )
    const [reverse] = await fetchLinks(suggested, other)
    expect(reverse?.components).toEqual(best?.components)
  })

  test('reports its changes, and changes nothing the second time', async () => {
    expect(report).toMatch(
      /^records 7476, pairs weighed 7\n {2}suggested new 5, updated 0, unchanged 0, removed 0/,
    )
    const before = digestContent(suggested)
    expect((await run(suggested, 'link', 'suggest')).stdout).toMatch(
      /suggested new 0, updated 0, unchanged 5, removed 0; decided and kept 0/,
    )
    expect(digestContent(suggested)).toBe(before)
    expect((await run(suggested, 'check')).stdout).toBe('Everything is sound\n')
  })

  test('links no records of the same data set', async () => {
    const { stdout } = await run(suggested, 'link', 'list')
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(5)
    for (const line of lines) expect(line).toMatch(/^suggested {2}0\.\d\d {2}seed:\S+ {2}ucdp-ged:\d+$/)
  })

  test('mentions that a record is a group', async () => {
    const links = await fetchLinks(suggested, 'seed:baghdad-other-attacks-2017-01-02')
    expect(links.length).toBeGreaterThan(0)
    for (const { components } of links)
      expect(components.find(({ name }) => name === 'fatalities')?.reason).toMatch(
        /a group of several attacks in seed/,
      )
  })

  test('with --dry-run and another minimum reports what would change and changes nothing', async () => {
    const before = digestContent(suggested)
    const { stdout } = await run(suggested, 'link', 'suggest', '--dry-run', '--min-score', '0.74')
    expect(stdout).toMatch(/nothing was written.*\n.*new 0, updated 0, unchanged 3, removed 2/)
    expect(digestContent(suggested)).toBe(before)
  })

  test('updates suggestions after records change, and keeps decisions', async () => {
    const path = copySuggested()
    await run(path, 'link', 'accept', SADR, 'ucdp-ged:238319')
    const rows = UCDP_ROWS.map((row) => {
      if (row[0] === '238325') return changeCells(row, { best: '13', high: '13' })
      return row[0] === '238319'
        ? changeCells(row, { date_start: '2016-12-01', date_end: '2016-12-01' })
        : row
    })
    const file = join(FILES.newFolder(), 'newer.csv')
    writeFileSync(file, renderUcdpCsv(rows))
    expect((await run(path, 'import', file)).stdout).toMatch(/updated 2, unchanged 7471/)
    expect((await fetchIncident(path, 'ucdp-ged:238319')).same_as).toEqual([SADR])
    expect((await run(path, 'link', 'suggest')).stdout).toMatch(
      /new 0, updated 1, unchanged 2, removed 1; decided and kept 1/,
    )
    expect((await fetchLinks(path, SAMARRA))[0]?.score).toBeGreaterThan(0.8)
    expect(await fetchLinks(path, SADR, 'status=accepted')).toMatchObject([
      { status: 'accepted', score: 0.7456 },
    ])
    expect((await run(path, 'check')).stdout).toBe('Everything is sound\n')
  })
})

describe('a decision', () => {
  test('is recorded, updates both records, and can be reset', async () => {
    const path = copySuggested()
    const before = await fetchIncident(path, SAMARRA)
    const revision = await readRevision(path)
    const { stdout } = await run(
      ...([path, 'link', 'accept', 'ucdp-ged:238325', SAMARRA] as const),
      ...['--by', 'A. Curator', '--note', 'same stations'],
    )
    expect(stdout).toBe(`ucdp-ged:238325 and ${SAMARRA}: accepted\n`)
    expect((await fetchIncident(path, SAMARRA)).same_as).toEqual(['ucdp-ged:238325'])
    expect((await fetchIncident(path, 'ucdp-ged:238325')).same_as).toEqual([SAMARRA])
    expect((await fetchIncident(path, SAMARRA)).updated_at > before.updated_at).toBe(true)
    expect(await readRevision(path)).toBe(revision + 1)

    expect((await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238325')).stdout).toMatch(
      /accepted already, nothing changed/,
    )
    expect(await readRevision(path)).toBe(revision + 1)
    await run(path, 'link', 'reject', SAMARRA, 'ucdp-ged:238325')
    expect((await fetchIncident(path, SAMARRA)).same_as).toEqual([])
    expect((await fetchLinks(path, SAMARRA, 'status=rejected'))[0]?.record.id).toBe('ucdp-ged:238325')
    await run(path, 'link', 'reset', SAMARRA, 'ucdp-ged:238325')
    const [link] = await fetchLinks(path, SAMARRA, 'status=suggested')
    const buildDecision = (status: string, decided_by: string | null = null, note: string | null = null) => {
      return { status, decided_at: expect.any(String), decided_by, note }
    }
    expect(link?.decisions).toEqual([
      buildDecision('accepted', 'A. Curator', 'same stations'),
      buildDecision('rejected'),
      buildDecision('suggested'),
    ])
    const { updated_at, ...after } = await fetchIncident(path, SAMARRA)
    expect({ ...after, updated_at: before.updated_at }).toEqual(before)
    expect((await run(path, 'link', 'show', SAMARRA, 'ucdp-ged:238325')).stdout).toMatch(
      /suggested, score 0\.77\n {2}time .*\n[\s\S]*accepted by A\. Curator \(same stations\)\n.*rejected\n.*suggested\n$/,
    )
    expect((await run(path, 'link', 'suggest')).stdout).toMatch(/new 0, updated 0, unchanged 5, removed 0/)
    expect((await run(path, 'check')).stdout).toBe('Everything is sound\n')
  })

  test('may concern records without a suggestion, and is kept after a reset', async () => {
    const path = copySuggested()
    await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238319')
    const [best, other] = await fetchLinks(path, SAMARRA)
    expect(best?.record.id).toBe('ucdp-ged:238325')
    expect(other).toMatchObject({ status: 'accepted', record: { id: 'ucdp-ged:238319' } })
    // Far apart: the score comes from other components.
    expect(other?.components.find(({ name }) => name === 'place')?.score).toBe(0)
    await run(path, 'link', 'reset', SAMARRA, 'ucdp-ged:238319')
    expect((await run(path, 'link', 'suggest')).stdout).toMatch(/removed 0/)
    expect((await fetchLinks(path, SAMARRA))[1]).toMatchObject({ status: 'suggested' })
  })

  test.each<[string[], RegExp]>([
    [['accept', SAMARRA, SADR], /are both of the data set seed: links join records of different data sets/],
    [['accept', SAMARRA, SAMARRA], /is given twice: a link joins two records/],
    [
      ['reject', 'seed:samara-2017-01-02', 'ucdp-ged:1'],
      /no incident seed:samara-.*did you mean seed:samarra-2017/,
    ],
    [['reset', SAMARRA, 'ucdp-ged:238319'], /There is no link of .*: nothing was decided about them/],
    [['show', SAMARRA, 'ucdp-ged:23831'], /There is no incident ucdp-ged:23831$/m],
    [['list', '--dataset', 'ucdp-gde'], /There is no data set ucdp-gde: did you mean ucdp-ged\?/],
    [['suggest', '--dataset', 'gtd'], /There is no data set gtd/],
  ])('%j is rejected in one line', async (args, cause) => {
    const before = digestContent(suggested)
    expectOneLine(await run(suggested, 'link', ...args), cause)
    expect(digestContent(suggested)).toBe(before)
  })

  test.each<[string[], RegExp]>([
    [[], /Usage: incidents link/],
    [['suggest', '--days', 'two'], /It must be a whole number from 0 to 30/],
    [['suggest', '--min-score', '1.5'], /It must be a number from 0 to 1/],
    [['list', '--status', 'acepted'], /Allowed choices are suggested, accepted, rejected/],
    [['accept', SAMARRA], /missing required argument 'id'/],
    [['accept', SAMARRA, 'ucdp-ged:1', '--by', ''], /It must be a text of at most 200 characters/],
  ])('link %j is an invalid command line', async (args, cause) => {
    const { code, stderr } = await run(suggested, 'link', ...args)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(cause) })
  })
})

describe('accepted links', () => {
  test.each(['csv', 'ndjson', 'geojson'])('are included in an export in %s', async (format) => {
    const path = copySuggested()
    await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238325')
    const { stdout } = await run(path, 'export', '--format', format, '--query', `id=${SAMARRA}`)
    expect(stdout).toMatch(/same_as/)
    expect(stdout).toContain('ucdp-ged:238325')
  })

  test.each(['csv', 'ndjson'])(
    'are restored by importing an export in %s, and exported identically',
    async (format) => {
      const path = copySuggested()
      await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238325')
      await run(path, 'link', 'accept', SADR, 'ucdp-ged:238319')
      const [first, second] = ['a', 'b'].map((name) => join(FILES.newFolder(), `${name}.${format}`)) as [
        string,
        string,
      ]
      await run(path, 'export', '--query', AROUND_SAMARRA, first)
      const empty = FILES.newPath()
      expect((await run(empty, 'import', first)).stdout).toMatch(
        /same-event links accepted 2 that the file states/,
      )
      await run(empty, 'export', second)
      expect(readFileSync(second).equals(readFileSync(first))).toBe(true)
      expect(await fetchLinks(empty, SAMARRA)).toMatchObject([
        {
          status: 'accepted',
          score: 1,
          components: [{ name: 'stated', reason: expect.stringMatching(/an imported export states/) }],
          decisions: [{ status: 'accepted', note: 'stated by an imported export' }],
        },
      ])
      const revision = await readRevision(empty)
      expect((await run(empty, 'import', first)).stdout).toMatch(/added 0, updated 0, unchanged \d{2,}/)
      expect(await readRevision(empty)).toBe(revision)
      expect((await run(path, 'import', first)).stdout).toMatch(/added 0, updated 0, unchanged \d{2,}/)
      expect((await run(empty, 'check')).stdout).toBe('Everything is sound\n')

      // Decisions are kept, and suggestions are accepted.
      const decided = copySuggested()
      await run(decided, 'link', 'reject', SAMARRA, 'ucdp-ged:238325')
      expect((await run(decided, 'import', first)).stdout).toMatch(/same-event links accepted 1 /)
      expect(await fetchLinks(decided, SAMARRA)).toMatchObject([{ status: 'rejected' }])
      expect(await fetchLinks(decided, SADR)).toMatchObject([{ status: 'accepted', score: 0.7456 }, {}])
      expect((await fetchIncident(decided, SAMARRA)).same_as).toEqual([])
      expect((await run(decided, 'check')).stdout).toBe('Everything is sound\n')
    },
  )

  test('to missing records are not created', async () => {
    const path = copySuggested()
    await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238325')
    const file = join(FILES.newFolder(), 'seed.ndjson')
    await run(path, 'export', '--query', 'dataset=seed', file)
    const empty = FILES.newPath()
    expect((await run(empty, 'import', file)).stdout).not.toMatch(/same-event/)
    expect((await fetchIncident(empty, SAMARRA)).same_as).toEqual([])
    expect((await run(empty, 'check')).stdout).toBe('Everything is sound\n')
  })

  test('are removed with a record that an import removes, and the other record is updated', async () => {
    const path = copySuggested()
    await run(path, 'link', 'accept', SAMARRA, 'ucdp-ged:238325')
    const before = await fetchIncident(path, SAMARRA)
    const file = join(FILES.newFolder(), 'without.csv')
    writeFileSync(file, renderUcdpCsv(UCDP_ROWS.filter(([id]) => id !== '238325')))
    expect((await run(path, 'import', '--replace', file)).stdout).toMatch(/removed 1/)
    const after = await fetchIncident(path, SAMARRA)
    expect(after.same_as).toEqual([])
    expect(after.updated_at > before.updated_at).toBe(true)
    expect(await fetchLinks(path, SAMARRA)).toEqual([])
    expect((await run(path, 'check')).stdout).toBe('Everything is sound\n')
  })
})
