import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { answers, DatabaseFiles, run, ucdpDatabase } from '../support/database.ts'

const FILES = new DatabaseFiles()
const folder = FILES.newFolder()
const SADR = '/v1/incidents/seed:sadr-city-2017-01-02'

let full: string
beforeAll(async () => {
  full = FILES.copy(await ucdpDatabase('iraq', 'bangladesh'))
})

/** All that is known of a record, but for the records that it refers to: those have moments of change of their own. */
async function toldOf(path: string, url: string): Promise<unknown> {
  const { sources, tolls, parts, ...told } = await answers<Record<string, unknown>>(path, url)
  return told
}

describe.each(['csv', 'ndjson'])('an export of the whole database in %s', (format) => {
  let copy: string
  const [first, second] = ['first', 'second'].map((name) => join(folder, `${name}.${format}`))

  beforeAll(async () => {
    await run(`export ${first}`, full)
    copy = FILES.newPath()
  })

  test('is imported into an empty one, which gives an identical export', async () => {
    const { code, stdout } = await run(`import ${first}`, copy)
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/added 8074, .*rejected 0/),
    })
    await run(`export ${second}`, copy)
    expect(readFileSync(second as string).equals(readFileSync(first as string))).toBe(true)
    expect((await run('check', copy)).stdout).toBe('Everything is sound\n')
  })

  test('again changes nothing, and a start neither', async () => {
    expect((await run(`import ${first}`, copy)).stdout).toMatch(/added 0, updated 0, unchanged 8077/)
    expect((await run('seed', copy)).stdout).toMatch(/added 0, updated 0, .*removed 0/)
  })

  test('leaves alone what it cannot say: claims, and the rows that records were made of', async () => {
    expect(await toldOf(copy, SADR)).toEqual(await toldOf(full, SADR))
    const [before, { stdout }] = [
      await answers(full, '/v1/incidents/ucdp-ged:238319'),
      await run(`import ${first}`, full),
    ]
    expect(stdout).toMatch(/added 0, updated 0, unchanged 8077/)
    expect(await answers(full, '/v1/incidents/ucdp-ged:238319')).toEqual(before)
  })

  test('has the same places, so that names find the same records', async () => {
    for (const city of ['Samarra', 'Baghdad', 'Dhaka', 'Chittagong']) {
      const url = `/v1/incidents?city=${city}&fields=id&limit=1000`
      expect((await answers<{ data: unknown }>(copy, url)).data).toEqual(
        (await answers<{ data: unknown }>(full, url)).data,
      )
    }
  })
})

test('claims that an export carries are stored with their records', async () => {
  const file = join(folder, 'claims.ndjson')
  await run(`export --query dataset=seed&expand=claims ${file}`, full)
  const copy = FILES.newPath()
  await run(`import ${file}`, copy)
  expect(await toldOf(copy, SADR)).toEqual(await toldOf(full, SADR))
})

test.each([
  ['--name other', /--name and --dataset-version are for files of one data set/],
  ['--dataset ucdp-ged', /needs the columns/],
])('an export under %s is refused in a line', async (option, cause) => {
  const file = join(folder, 'seed.csv')
  await run(`export --force --query dataset=seed ${file}`, full)
  const { code, stderr } = await run(`import ${option} ${file}`, FILES.copy())
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(cause) })
})
