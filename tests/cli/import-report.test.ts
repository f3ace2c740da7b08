import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectNoStack, readReport, rowsTitled, ServedDatabase } from '../support/damage.ts'
import { expectOneLine } from '../support/database.ts'
import { changed, ucdpCsv } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

/** A file whose line 5 is wrong. */
const wrongFile = (title: string) =>
  DATABASE.file(
    'wrong.csv',
    ucdpCsv(rowsTitled(title).map((row, at) => (at === 3 ? changed(row, { latitude: '91' }) : row))),
  )

describe('a report that cannot be written fails in one line, and the database is as it was', () => {
  const cases: [what: string, path: () => string, cause: RegExp][] = [
    ['in a folder that is not there', () => join(DATABASE.files.newFolder(), 'no', 'report'), /there is no/],
    ['over a folder', () => DATABASE.files.newFolder(), /is a folder/],
    ['over a file that is no report', () => DATABASE.file('notes.txt', 'Notes'), /exists already/],
    ['over the database', () => DATABASE.path, /exists already/],
  ]
  test.each(cases)('%s', async (_, makePath, cause) => {
    const path = makePath()
    const before = await DATABASE.served()
    const outcome = await DATABASE.run('import', wrongFile('x'), '--on-error', 'skip', '--report', path)
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain(path)
    expect(await DATABASE.served()).toEqual(before)
  })

  test('over the very file that is imported, which stays as it was', async () => {
    const path = wrongFile('x')
    const bytes = readFileSync(path)
    const before = await DATABASE.served()
    const outcome = await DATABASE.run('import', path, '--on-error', 'skip', '--report', path)
    expectOneLine(outcome, /exists already/)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(await DATABASE.served()).toEqual(before)
  })

  test('on a disk that is full', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('there is no /dev/full, of Linux')
    const before = await DATABASE.served()
    const outcome = await DATABASE.run(
      'import',
      wrongFile('x'),
      '--on-error',
      'skip',
      '--report',
      '/dev/full',
    )
    expectNoStack(outcome)
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(/^incidents: The report \/dev\/full cannot be written: ENOSPC[^\n]*\n$/m)
    expect(await DATABASE.served()).toEqual(before)
  })
})

describe('a report', () => {
  test('has every row that a stopped import tells of', async () => {
    const rows = rowsTitled('x')
    const path = DATABASE.file(
      'wrong.csv',
      ucdpCsv(Array.from({ length: 2000 }, (_, at) => changed(rows[at % 10] ?? [], { id: '', best: 'x' }))),
    )
    const report = join(DATABASE.files.newFolder(), 'report')
    const { stdout } = await DATABASE.run('import', path, '--report', report)
    const [, rejected] = /rejected (\d+)/.exec(stdout) ?? []
    const lines = readReport(report) as { line: number }[]
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: Number(rejected) }, (_, at) => at + 2))
  })

  test('replaces an earlier one, and is empty where no row is wrong', async () => {
    const report = join(DATABASE.files.newFolder(), 'report')
    writeFileSync(report, '')
    const wrong = wrongFile('Beside one that is reported')
    for (let run = 0; run < 2; run += 1) {
      await DATABASE.run('import', wrong, '--on-error', 'skip', '--report', report)
      expect(readReport(report)).toMatchObject([{ file: 'wrong.csv', line: 5 }])
    }
    const right = DATABASE.file('right.csv', ucdpCsv(rowsTitled('Right')))
    expect(await DATABASE.run('import', right, '--report', report)).toMatchObject({ code: 0, stderr: '' })
    expect(readReport(report)).toEqual([])
  })

  test('has the rows of all files', async () => {
    const report = join(DATABASE.files.newFolder(), 'report')
    const folder = DATABASE.files.newFolder()
    mkdirSync(join(folder, 'sub'))
    const files = ['a.csv', 'b.csv'].map((name) => join(folder, 'sub', name))
    for (const file of files) writeFileSync(file, readFileSync(wrongFile('Of two files')))
    await DATABASE.run('import', ...files, '--on-error', 'skip', '--report', report)
    expect(readReport(report)).toMatchObject([
      { file: 'a.csv', line: 5 },
      { file: 'b.csv', line: 5 },
    ])
  })
})
