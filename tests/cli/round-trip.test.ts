import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createUcdpDatabase, DatabaseFiles, fetchJson, run } from '../support/database.ts'

const FILES = new DatabaseFiles()
const folder = FILES.newFolder()
const SADR = '/v1/incidents/seed:sadr-city-2017-01-02'

let full: string
beforeAll(async () => {
  full = FILES.copy(await createUcdpDatabase('iraq', 'bangladesh'))
})

/** Fetches a record without the records that it refers to, whose times of change differ. */
async function fetchWithoutReferences(path: string, url: string): Promise<unknown> {
  const { sources, tolls, parts, ...record } = await fetchJson<Record<string, unknown>>(path, url)
  return record
}

describe.each(['csv', 'ndjson'])('an export of the whole database in %s', (format) => {
  let copy: string
  const [first, second] = ['first', 'second'].map((name) => join(folder, `${name}.${format}`))

  beforeAll(async () => {
    await run(`export ${first}`, full)
    copy = FILES.newPath()
  })

  test('can be imported into an empty one, whose export is identical', async () => {
    const { code, stdout } = await run(`import ${first}`, copy)
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/added 8074, .*rejected 0/),
    })
    await run(`export ${second}`, copy)
    expect(readFileSync(second as string).equals(readFileSync(first as string))).toBe(true)
    expect((await run('check', copy)).stdout).toBe('Everything is sound\n')
  })

  test('changes nothing when imported again, nor does `incidents seed`', async () => {
    expect((await run(`import ${first}`, copy)).stdout).toMatch(/added 0, updated 0, unchanged 8077/)
    expect((await run('seed', copy)).stdout).toMatch(/added 0, updated 0, .*removed 0/)
  })

  test('keeps what it does not contain: claims and original rows', async () => {
    expect(await fetchWithoutReferences(copy, SADR)).toEqual(await fetchWithoutReferences(full, SADR))
    const [before, { stdout }] = [
      await fetchJson(full, '/v1/incidents/ucdp-ged:238319'),
      await run(`import ${first}`, full),
    ]
    expect(stdout).toMatch(/added 0, updated 0, unchanged 8077/)
    expect(await fetchJson(full, '/v1/incidents/ucdp-ged:238319')).toEqual(before)
  })

  test('has the same places, so that names find the same records', async () => {
    for (const city of ['Samarra', 'Baghdad', 'Dhaka', 'Chittagong']) {
      const url = `/v1/incidents?city=${city}&fields=id&limit=1000`
      expect((await fetchJson<{ data: unknown }>(copy, url)).data).toEqual(
        (await fetchJson<{ data: unknown }>(full, url)).data,
      )
    }
  })
})

test('claims in an export are stored with their records', async () => {
  const file = join(folder, 'claims.ndjson')
  await run(`export --query dataset=seed&expand=claims ${file}`, full)
  const copy = FILES.newPath()
  await run(`import ${file}`, copy)
  expect(await fetchWithoutReferences(copy, SADR)).toEqual(await fetchWithoutReferences(full, SADR))
})

test.each([
  ['--name other', /--name and --dataset-version are for files of one data set/],
  ['--dataset ucdp-ged', /needs the columns/],
])('importing an export with %s is rejected in one line', async (option, cause) => {
  const file = join(folder, 'seed.csv')
  await run(`export --force --query dataset=seed ${file}`, full)
  const { code, stderr } = await run(`import ${option} ${file}`, FILES.copy())
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(cause) })
})
