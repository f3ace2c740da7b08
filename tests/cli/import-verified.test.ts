import { expect, test } from 'vitest'
import {
  DatabaseFiles,
  digestContent,
  expectOneLine,
  locateUcdpFile,
  run,
  tamper,
} from '../support/database.ts'

const FILES = new DatabaseFiles()

// Triggers damage what an import writes, as a bug of the mapping would.
test.each([
  [
    'a figure',
    'UPDATE incidents SET deaths_best = deaths_best + 1 WHERE key = new.key',
    /fatalities best 1362 in the file, 1363 in the database/,
  ],
  [
    'a day',
    "UPDATE incidents SET date_start = '2000-01-01' WHERE key = new.key",
    /first day 1989-05-20 in the file, 1989-\d\d-\d\d in the database/,
  ],
  [
    'a country',
    "UPDATE incidents SET country_id = 'iso3166:FJ' WHERE key = new.key",
    /records 601 in the file, 600 in the database; .*Bangladesh 601 in the file, 600 in Bangladesh/,
  ],
])('an import that would store %s wrongly is undone', async (_, change, cause) => {
  const path = FILES.copy()
  const before = digestContent(path)
  tamper(
    path,
    `CREATE TRIGGER wrong AFTER INSERT ON incidents WHEN new.id = 'ucdp-ged:73850' BEGIN ${change}; END`,
  )
  const outcome = await run(`import ${locateUcdpFile('bangladesh')}`, path)
  expectOneLine(outcome, cause)
  tamper(path, 'DROP TRIGGER wrong')
  expect(digestContent(path)).toBe(before)
})

test('the report has the figures of the file and of the database', async () => {
  const { stdout } = await run(`import ${locateUcdpFile('bangladesh')}`, FILES.copy())
  expect(stdout).toContain('records 601 / 601, fatalities low 1309 / 1309, fatalities best 1362 / 1362')
  expect(stdout).toContain(
    'first day 1989-05-20 / 1989-05-20, last day 2018-12-30 / 2018-12-30, Bangladesh 601 / 601',
  )
})
