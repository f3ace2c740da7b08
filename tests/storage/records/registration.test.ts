import { describe, expect, test } from 'vitest'
import { registerImported, registerLoaded } from '../../../src/storage/records/registration.ts'
import { SEED } from '../../support/records.ts'

const [{ files: _, ...dataset }] = SEED.datasets as [(typeof SEED.datasets)[number]]
const file = { name: 'a.csv', sha256: 'a' }
const older = { name: 'a.csv', sha256: 'older', rows: 1, imported_at: '2025-01-01T00:00:00.000Z' }
const other = { name: 'b.csv', sha256: 'b', rows: 2, imported_at: '2025-01-01T00:00:00.000Z' }
const now = '2026-01-01T00:00:00.000Z'
const stored = { ...dataset, files: [older, other], imported_at: older.imported_at }

describe('the registration of a data set', () => {
  test('keeps its files when it is loaded without any', () => {
    expect(registerLoaded(dataset, stored).files).toEqual([older, other])
    expect(registerLoaded({ ...dataset, files: [] }, stored).files).toEqual([])
    expect(registerLoaded(dataset, undefined).files).toEqual([])
  })

  test('replaces an earlier file of the same name by an imported one', () => {
    const change = { now, isChanged: true }
    expect(registerImported({ ...dataset, rows: 5 }, file, stored, change)).toEqual({
      ...dataset,
      files: [{ ...file, rows: 5, imported_at: now }, other],
      imported_at: now,
    })
  })

  test('is unchanged if the same file is imported again and changes nothing', () => {
    const change = { now, isChanged: false }
    const same = { name: older.name, sha256: older.sha256 }
    expect(registerImported({ ...dataset, rows: 1 }, same, stored, change)).toEqual(stored)
  })
})
