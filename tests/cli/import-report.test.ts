import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectNoStack, readReport, renameDyads, ServedDatabase } from '../support/damage.ts'
import { expectOneLine } from '../support/database.ts'
import { changeCells, renderUcdpCsv } from '../support/ucdp.ts'

const DATABASE = new ServedDatabase()

/** Writes a file whose line 5 is wrong. */
const writeWrongFile = (title: string) =>
  DATABASE.writeFile(
    'wrong.csv',
    renderUcdpCsv(
      renameDyads(title).map((row, at) => (at === 3 ? changeCells(row, { latitude: '91' }) : row)),
    ),
  )

describe('a report that cannot be written fails the import in one line and leaves the database unchanged', () => {
  const cases: [what: string, path: () => string, cause: RegExp][] = [
    ['in a missing folder', () => join(DATABASE.files.newFolder(), 'no', 'report'), /there is no/],
    ['over a folder', () => DATABASE.files.newFolder(), /is a folder/],
    ['over a file that is not a report', () => DATABASE.writeFile('notes.txt', 'Notes'), /exists already/],
    ['over the database', () => DATABASE.path, /exists already/],
  ]
  test.each(cases)('%s', async (_, createPath, cause) => {
    const path = createPath()
    const before = await DATABASE.readState()
    const outcome = await DATABASE.run('import', writeWrongFile('x'), '--on-error', 'skip', '--report', path)
    expectOneLine(outcome, cause)
    expect(outcome.stderr).toContain(path)
    expect(await DATABASE.readState()).toEqual(before)
  })

  test('over the imported file, which is not changed', async () => {
    const path = writeWrongFile('x')
    const bytes = readFileSync(path)
    const before = await DATABASE.readState()
    const outcome = await DATABASE.run('import', path, '--on-error', 'skip', '--report', path)
    expectOneLine(outcome, /exists already/)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(await DATABASE.readState()).toEqual(before)
  })

  test('on a full disk', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('there is no /dev/full')
    const before = await DATABASE.readState()
    const outcome = await DATABASE.run(
      'import',
      writeWrongFile('x'),
      '--on-error',
      'skip',
      '--report',
      '/dev/full',
    )
    expectNoStack(outcome)
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(/^incidents: The report \/dev\/full cannot be written: ENOSPC[^\n]*\n$/m)
    expect(await DATABASE.readState()).toEqual(before)
  })
})

describe('a report', () => {
  test('has every row that a stopped import rejects', async () => {
    const rows = renameDyads('x')
    const path = DATABASE.writeFile(
      'wrong.csv',
      renderUcdpCsv(
        Array.from({ length: 2000 }, (_, at) => changeCells(rows[at % 10] ?? [], { id: '', best: 'x' })),
      ),
    )
    const report = join(DATABASE.files.newFolder(), 'report')
    const { stdout } = await DATABASE.run('import', path, '--report', report)
    const [, rejected] = /rejected (\d+)/.exec(stdout) ?? []
    const lines = readReport(report) as { line: number }[]
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: Number(rejected) }, (_, at) => at + 2))
  })

  test('replaces an earlier one, and is empty if no row is wrong', async () => {
    const report = join(DATABASE.files.newFolder(), 'report')
    writeFileSync(report, '')
    const wrong = writeWrongFile('Beside one that is reported')
    for (let run = 0; run < 2; run += 1) {
      await DATABASE.run('import', wrong, '--on-error', 'skip', '--report', report)
      expect(readReport(report)).toMatchObject([{ file: 'wrong.csv', line: 5 }])
    }
    const right = DATABASE.writeFile('right.csv', renderUcdpCsv(renameDyads('Right')))
    expect(await DATABASE.run('import', right, '--report', report)).toMatchObject({ code: 0, stderr: '' })
    expect(readReport(report)).toEqual([])
  })

  test('has the rows of all files', async () => {
    const report = join(DATABASE.files.newFolder(), 'report')
    const folder = DATABASE.files.newFolder()
    mkdirSync(join(folder, 'sub'))
    const files = ['a.csv', 'b.csv'].map((name) => join(folder, 'sub', name))
    for (const file of files) writeFileSync(file, readFileSync(writeWrongFile('Of two files')))
    await DATABASE.run('import', ...files, '--on-error', 'skip', '--report', report)
    expect(readReport(report)).toMatchObject([
      { file: 'a.csv', line: 5 },
      { file: 'b.csv', line: 5 },
    ])
  })
})
