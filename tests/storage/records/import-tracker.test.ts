import { expect, test } from 'vitest'
import { ImportTracker } from '../../../src/storage/records/import-tracker.ts'

test('stored records that an import lacks are missing, in the countries of the imported ones', () => {
  const tracker = new ImportTracker()
  const records = ['gtd:1', 'gtd:9'].map((id) => ({ id, dataset: 'gtd' }))
  expect(tracker.findUnknownDatasets(records)).toEqual(['gtd'])
  tracker.expect('gtd', [
    { id: 'gtd:1', country_id: 'iso3166:IQ' },
    { id: 'gtd:2', country_id: 'iso3166:IQ' },
    { id: 'gtd:3', country_id: 'iso3166:FJ' },
  ])
  expect(tracker.findUnknownDatasets(records)).toEqual([])
  for (const record of records)
    tracker.note(record, record.id === 'gtd:9' ? 'added' : 'unchanged', 'iso3166:IQ')
  expect(tracker.findMissing()).toEqual(['gtd:2'])
  expect(tracker.report({ removed: 1, linked: 0, missing: ['gtd:2'] })).toEqual({
    added: 1,
    updated: 0,
    unchanged: 1,
    removed: 1,
    linked: 0,
    missing: ['gtd:2'],
  })
})
