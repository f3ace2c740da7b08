import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, test } from 'vitest'
import { generateUcdpFile, writeUcdpFile } from '../../bench/ucdp-file.ts'
import { DatabaseFiles, run } from '../support/database.ts'

const FILES = new DatabaseFiles()
const ROWS = 400

describe('the generated UCDP file', () => {
  const path = join(FILES.newFolder(), 'made.csv')
  let header: string[]
  let rows: string[][]

  beforeAll(async () => {
    await writeUcdpFile(path, ROWS)
    const [first = [], ...others] = parse(readFileSync(path)) as string[][]
    header = first
    rows = others
  })

  const readColumn = (name: string) => rows.map((row) => row[header.indexOf(name)] ?? '')

  test('is the same in every run', async () => {
    const again = join(FILES.newFolder(), 'made.csv')
    await writeUcdpFile(again, ROWS)
    expect(readFileSync(again).equals(readFileSync(path))).toBe(true)
    expect([...generateUcdpFile(ROWS)].join('')).toBe(readFileSync(path, 'utf8'))
  })

  test.each([0, 1, ROWS])('has the requested number of records with unique ids: %i', (count) => {
    const [, ...records] = parse([...generateUcdpFile(count)].join('')) as string[][]
    expect(records).toHaveLength(count)
    expect(new Set(records.map(([id]) => id)).size).toBe(count)
  })

  test('varies like the real files', () => {
    for (const [name, minimum] of [
      ['country', 10],
      ['where_coordinates', 100],
      ['type_of_violence', 3],
      ['event_clarity', 2],
      ['date_prec', 4],
      ['where_prec', 5],
      ['best', 10],
    ] as const)
      expect(new Set(readColumn(name)).size, name).toBeGreaterThanOrEqual(minimum)
    for (const script of [/\p{Script=Arabic}/u, /\p{Script=Cyrillic}/u, /\p{Script=Han}/u])
      expect(readColumn('source_headline').join(' ')).toMatch(script)
  })

  test('is imported without rejected rows', async () => {
    const { code, stdout, stderr } = await run(`import ${path}`, FILES.copy())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(
      `rows read ${ROWS}, added ${ROWS}, updated 0, unchanged 0, rejected 0, skipped 0 (not data)`,
    )
  })
})
