import { expect, test } from 'vitest'
import type { Incident } from '../../src/incidents/incident.schema.ts'
import { addAccount, countWithoutOverlap } from '../../src/tolls/toll.account.ts'
import { SEED } from '../support/records.ts'

const killed = (number: number) => ({
  ...{ low: number, best: number, high: number, claims: [] },
  by_group: { civilians: null, security_forces: null, assailants: null, unknown: null },
})

test('a tree of groups and parts counts no death twice', () => {
  const incidents = [
    { id: 'group', part_of: ['toll'], fatalities: killed(9) },
    { id: 'part', part_of: ['group', 'toll'], fatalities: killed(7) },
    { id: 'alone', part_of: ['toll'], fatalities: killed(7) },
    { id: 'silent', part_of: ['toll'], fatalities: null },
  ]
  expect(countWithoutOverlap(incidents)).toEqual({ low: 16, best: 16, high: 16 })
})

test('a part of two groups is counted in the first', () => {
  const incidents = [
    { id: 'one', part_of: [], fatalities: killed(5) },
    { id: 'other', part_of: [], fatalities: killed(5) },
    { id: 'part', part_of: ['one', 'other'], fatalities: killed(6) },
  ]
  expect(countWithoutOverlap(incidents)).toEqual({ low: 11, best: 11, high: 11 })
})

test('an account lists the incidents of a total, their count and the remainder', () => {
  const [toll, incident] = [SEED.tolls[0]?.record, SEED.incidents[0]?.record as Incident | undefined]
  if (!toll || !incident) throw new Error('The seed has a total and incidents')
  const total = { ...toll, updated_at: '2026-01-01T00:00:00.000Z', fatalities: killed(10) }
  const account = addAccount(total, [{ ...incident, part_of: [toll.id], fatalities: killed(4) }])
  expect(account.incidents).toEqual([
    {
      id: incident.id,
      title: incident.title,
      date_start: incident.date_start,
      date_end: incident.date_end,
      fatalities: killed(4),
    },
  ])
  expect(account.accounted).toEqual({ low: 4, best: 4, high: 4 })
  expect(account.remainder).toEqual({ low: 6, best: 6, high: 6 })
})
