import type { Range } from '../../figures/figure.schema.ts'
import type { Cells } from '../contract/cells.ts'
import { readDay } from '../contract/days.ts'
import type { Draft, DraftActor } from '../contract/draft.ts'
import type { Importer } from '../contract/importer.ts'
import type { RowResult } from '../contract/row-result.ts'
import { Gazetteer } from './gazetteer.ts'
import { parseIbcPlace } from './places.ts'
import { parseIbcSources } from './sources.ts'

/** `IBC code`: letters and a number, after which letters and a hyphen with more may come. */
const ID = {
  pattern: /^[a-z]+\d+[a-z]*(?:-[a-z0-9]+)*$/i,
  form: 'letters and a number',
  example: 'k1234 or a1234-ab',
}

/** Iraq Body Count: the incidents file of its web site. */
export const iraqBodyCountImporter: Importer = {
  dataset: {
    id: 'ibc',
    name: 'Iraq Body Count: incidents',
    licence: 'Copyright retained by Iraq Body Count',
    citation: 'Iraq Body Count (2003–): Incidents database. https://www.iraqbodycount.org/database/.',
    description:
      'Documented violent deaths of civilians in Iraq since the invasion of 2003; combatants are not counted.',
    url: 'https://www.iraqbodycount.org/database/',
    terms:
      'Iraq Body Count keeps the copyright in all that its web site publishes. Its conditions of use apply: name it in every use, and ask it before you pass its records on or use them commercially.',
  },
  origins: {
    id: ['ibc_code'],
    description: ['location', 'target'],
    part_of_day: ['time'],
    weapons: ['weapons'],
    'actors.name': ['target'],
    'where.place': ['location'],
  },
  derivations: {
    fatalities: {
      columns: ['reported_minimum', 'reported_maximum'],
      rule: 'The minimum, on which the sources agree, is low and best; the maximum is high.',
    },
    'fatalities.by_group': {
      columns: ['reported_minimum', 'reported_maximum'],
      rule: 'All are civilians: the data set counts no others.',
    },
    date_precision: {
      columns: ['start_date', 'end_date'],
      rule: 'The day where both are the same, otherwise a range.',
    },
    geo_precision: {
      columns: ['location'],
      rule: 'What the words of the location leave open: a town is exact, a direction or distance from it near.',
    },
  },
  tallied: {
    fatalities: { low: 'reported_minimum', best: 'reported_minimum', high: 'reported_maximum' },
    days: ['start_date', 'end_date'],
  },
  required: ['ibc_code', 'start_date', 'end_date', 'location', 'reported_minimum', 'reported_maximum'],
  gazetteer: 'IRQ',
  // Several incidents of a day were given one code.
  repeatedIds: 'suffix',
  reader: (columns, places = []) => {
    const gazetteer = new Gazetteer(places)
    return (row) => readRow(columns.read(row), gazetteer)
  },
}

function readRow(cells: Cells, gazetteer: Gazetteer): RowResult<{ draft: Draft }> {
  const id = cells.id('ibc_code', ID)
  const [start, end] = [readDay(cells, 'start_date'), readDay(cells, 'end_date')]
  if (start !== null && end !== null && end < start)
    cells.addError('end_date', 'must not be before start_date')
  const date_start = start ?? '1970-01-01'
  const date_end = end ?? date_start
  const location = readText(cells, 'location')
  const { geo_precision, ...where } = parseIbcPlace(location ?? '', gazetteer)
  const minimum = cells.requiredCount('reported_minimum')
  // As with "at least": the minimum on which the sources agree is the best supported.
  const deaths: Range = { low: minimum, best: minimum, high: cells.requiredCount('reported_maximum') }
  const target = readText(cells, 'target')
  const draft: Draft = {
    id,
    kind: 'incident',
    title: null,
    description: joinSentences({ Location: location, Target: target }),
    date_start,
    date_end,
    date_precision: date_start === date_end ? 'day' : 'range',
    part_of_day: readText(cells, 'time'),
    where: { country: 'IRQ', ...where, latitude: null, longitude: null },
    geo_precision,
    incident_count: { low: 1, high: 1 },
    event_type: null,
    sub_event_type: null,
    weapons: splitWeapons(readText(cells, 'weapons')),
    actors: target === null ? [] : [buildTarget(target)],
    fatalities: { total: deaths, by_group: { civilians: deaths } },
    injured: null,
    sources: parseIbcSources(cells.text('sources'), date_start),
  }
  return cells.errors.length > 0 ? { errors: cells.errors } : { draft }
}

/** Reads a text; null where it is empty or a dash. */
function readText(cells: Cells, column: string): string | null {
  const text = cells.text(column)
  return /^[-–—]*$/.test(text) ? null : text
}

/** The kind stays unknown: the text may name police, an army convoy or passers-by. */
function buildTarget(name: string): DraftActor {
  return { name, kind: 'unknown', role: 'target', attribution: null }
}

function splitWeapons(text: string | null): string[] {
  const parts = (text ?? '').split(/[,;]/).map((part) => part.trim())
  return [...new Set(parts.filter(Boolean))]
}

function joinSentences(texts: Record<string, string | null>): string | null {
  const given = Object.entries(texts).filter(([, text]) => text !== null)
  return given.map(([label, text]) => `${label}: ${text}.`).join(' ') || null
}
