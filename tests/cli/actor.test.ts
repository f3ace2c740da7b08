import { beforeAll, describe, expect, test } from 'vitest'
import {
  createUcdpDatabase,
  DatabaseFiles,
  digestContent,
  expectOneLine,
  withStorage,
} from '../support/database.ts'
import { runIncidents } from '../support/process.ts'

const FILES = new DatabaseFiles()

/** Runs a command on a database; arguments may contain spaces. */
const run = (path: string, ...args: string[]) =>
  runIncidents(args, { env: { DATABASE_URL: `sqlite:${path}` } })
const readRevision = (path: string) => withStorage(path, async (storage) => (await storage.revision()).number)

/** The seed and UCDP GED of Iraq; unchanged. */
let stored: string
beforeAll(async () => {
  stored = FILES.copy(await createUcdpDatabase('iraq'))
})

describe('incidents actor', () => {
  test('list has the identities of several actors, the largest first', async () => {
    const { stdout, stderr } = await run(stored, 'actor', 'list', '--limit', '1')
    expect(stdout).toBe('islamic-state  Islamic State: 2 actors, 6194 records\n')
    expect(stderr).toMatch(/^1( of \d+ identities| identity)\n$/)
  })

  test.each([['islamic-state'], ['Daesh'], ['ISIS'], ['داعش']])(
    'show %s has both actors and the evidence',
    async (name) => {
      const { stdout } = await run(stored, 'actor', 'show', name)
      expect(stdout).toMatch(/^islamic-state: Islamic State, 6194 records\n/)
      expect(stdout).toMatch(
        / {2}seed:islamic-state {2}seed "Islamic State", 3 records\n {4}curated with islamic-state/,
      )
      expect(stdout).toMatch(
        /ucdp-ged "IS", 6191 records\n {4}curated with islamic-state by the name "IS" \(seed\/.*, ucdp-ged\)/,
      )
    },
  )

  test('join, part and reset are decided, recorded and taken back', async () => {
    const path = FILES.copy(stored)
    const [one, other] = ['ucdp-ged:1920 Revolution Brigades', 'ucdp-ged:Jaysh al-Mukhtar']
    const decide = async (verb: string, ...options: string[]) =>
      (await run(path, 'actor', verb, one, other, ...options)).stdout
    expect(await decide('join', '--by', 'A. Curator', '--note', 'the same men')).toBe(
      `${one} and ${other}: joined\n`,
    )
    const revision = await readRevision(path)
    expect(await decide('join')).toBe(`${one} and ${other}: joined already, nothing changed\n`)
    expect(await readRevision(path)).toBe(revision)
    expect((await run(path, 'actor', 'show', 'Jaysh al-Mukhtar')).stdout).toMatch(
      /decided with ucdp-ged:actor-\w+ 20\S+ by A\. Curator \(the same men\)/,
    )
    expect(await decide('part')).toBe(`${one} and ${other}: parted\n`)
    expect(await decide('reset')).toBe(`${one} and ${other}: undecided\n`)
    expect((await run(path, 'actor', 'list', '--decisions')).stdout).toMatch(
      /^.*: joined by A\. Curator \(the same men\)\n.*: parted\n.*: undecided\n$/,
    )
    expect((await run(path, 'check')).stdout).toBe('Everything is sound\n')
  })

  test('a join that contradicts an earlier decision is rejected', async () => {
    const path = FILES.copy(stored)
    await run(path, 'actor', 'part', 'ucdp-ged:IS', 'islamic-state')
    const before = digestContent(path)
    expectOneLine(
      await run(path, 'actor', 'join', 'ucdp-ged:IS', 'seed:islamic-state'),
      /cannot be joined: one of them is joined with an actor that was parted from the other/,
    )
    expect(digestContent(path)).toBe(before)
  })

  test.each<[string[], RegExp]>([
    [['show', 'qqqqqqqq'], /There is no actor qqqqqqqq/],
    [['show', 'seed:islamic-stat'], /There is no actor .*did you mean seed:islamic-state\?/],
    [['join', 'seed:islamic-stat', 'ucdp-ged:IS'], /There is no actor .*did you mean seed:islamic-state\?/],
    [['join', 'ucdp-ged:IS', 'ucdp-ged:is'], /is given twice: a decision is about two actors/],
    [['part', 'islamic-state', 'pkk'], /are both identities of the curated table: give the id of an actor/],
    [
      ['reset', 'seed:islamic-state', 'ucdp-ged:IS'],
      /Nothing was decided about seed:islamic-state and ucdp-ged/,
    ],
  ])('%j is rejected in one line', async (args, cause) => {
    const before = digestContent(stored)
    expectOneLine(await run(stored, 'actor', ...args), cause)
    expect(digestContent(stored)).toBe(before)
  })

  test.each<[string[], RegExp]>([
    [[], /Usage: incidents actor/],
    [['join', 'seed:islamic-state'], /missing required argument 'id'/],
    [
      ['join', 'seed:islamic-state', 'ucdp-ged:IS', '--by', ''],
      /It must be a text of at most 200 characters/,
    ],
    [['list', '--limit', 'all'], /It must be a whole number from 1 to 100000/],
  ])('actor %j is an invalid command line', async (args, cause) => {
    const { code, stderr } = await run(stored, 'actor', ...args)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(cause) })
  })
})
