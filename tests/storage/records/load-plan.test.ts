import { describe, expect, test } from 'vitest'
import { planVanished, toChanges } from '../../../src/storage/records/load-plan.ts'
import { batchOf, sampleIncidents } from '../../support/records.ts'

const given = [{ record: { id: 'seed:1' } }]
const users = () => new Map([['seed:2', 'gtd']])

describe('what a batch does not hold', () => {
  test('is removed, but places that others use are left to them', () => {
    const stored = ['seed:1', 'seed:2', 'seed:3']
    expect(planVanished('places', given, stored, users)).toEqual({
      removed: ['seed:3'],
      left: [{ id: 'seed:2', dataset: 'gtd' }],
    })
    expect(planVanished('actors', given, stored, users)).toEqual({
      removed: ['seed:2', 'seed:3'],
      left: [],
    })
  })

  test('is nothing when it holds all, and users of places are not looked for', () => {
    const never = () => {
      throw new Error('looked for')
    }
    expect(planVanished('places', given, ['seed:1'], never)).toEqual({ removed: [], left: [] })
  })
})

test('a batch with an id twice is rejected', () => {
  const [record] = sampleIncidents(1)
  if (!record) throw new Error('There is a sample')
  expect(() => toChanges(batchOf([record, record]))).toThrow('An id occurs twice among incidents')
})
