import { IncidentActor, type ROLES } from '../../actors/actor.schema.ts'
import { type Casualties, type Figure, GROUPS, type Range } from '../../figures/figure.schema.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { Incident, Site } from '../../incidents/incident.schema.ts'
import { IncidentPlace } from '../../places/place.schema.ts'
import { unescapeFormula } from '../../text/cell.ts'
import { issuesOf } from '../../validation/validate.ts'
import { actorId } from '../records/record-builder.ts'
import type { RowCells } from './csv-header.ts'
import { CsvRow, isPart } from './csv-row.ts'
import { contradictionsIn, type ExportedFate } from './exported.ts'

/** Properties by name, and theirs. */
interface Properties {
  [name: string]: unknown
}

/** The columns that repeat a property of the record, and where it stands there. */
const WHOLE = INCIDENT_COLUMNS.filter((column) => !isPart(column)).map((column) => ({
  column,
  path: column.path.split('.'),
}))

/**
 * The record that a row of our CSV stands for. CSV has no claims and no sources, and of actors and sites it
 * has names only: actors get the ids that an import gives them, and each figure rests on one claim of its own.
 */
export function readCsvRecord(cells: RowCells): ExportedFate {
  const row = new CsvRow(cells)
  const read: Properties = {}
  for (const { column, path } of WHOLE) put(read, path, row.value(column))
  const nextClaim = numbered(`${read.id}`)
  const record = inOrder(Incident, {
    ...read,
    place: inOrder(IncidentPlace, read.place as object),
    sites: sitesOf(row),
    actors: actorsOf(row, `${read.dataset}`),
    fatalities: casualtiesOf(read.fatalities as GivenCasualties, nextClaim),
    injured: casualtiesOf(read.injured as GivenCasualties, nextClaim),
  }) as Incident
  for (const issue of issuesOf(Incident, record)) row.refuseIssue(issue)
  for (const { property, reason } of contradictionsIn(record, row.wrong)) row.refuse(property, reason)
  return row.faults.length > 0 ? { faults: row.faults } : { record, claims: null, sources: null }
}

/** What a row says of a record that is not its own: when it changed, and what links join it to. */
const BESIDE: readonly string[] = ['updated_at', 'same_as']

/** Whether a stored record would be exported to these cells, whenever it changed: then a row says nothing new of it. */
export function sameRow(cells: RowCells, stored: Incident): boolean {
  return INCIDENT_COLUMNS.every(({ name, value }) => {
    if (BESIDE.includes(name)) return true
    const cell = cells(name)
    const wanted = value(stored)
    // A spreadsheet may write a number in another way.
    return typeof wanted === 'number'
      ? cell !== '' && Number(cell) === wanted
      : unescapeFormula(cell) === (wanted ?? '')
  })
}

/** Puts a value at the end of a path of properties. */
function put(record: Properties, path: readonly string[], value: unknown): void {
  let at = record
  path.forEach((name, index) => {
    if (index === path.length - 1) at[name] = value
    else {
      at[name] ??= {}
      at = at[name] as Properties
    }
  })
}

/** The properties of a schema in its order, as records are rendered. */
function inOrder({ properties }: { properties: object }, given: object): object {
  return Object.fromEntries(Object.keys(properties).map((name) => [name, given[name as keyof object]]))
}

function sitesOf(row: CsvRow): Incident['sites'] {
  return row.names('sites').map((name) => {
    const site = { name, place_id: null }
    for (const { reason } of issuesOf(Site, site)) row.refuse('sites', reason)
    return site
  })
}

function actorsOf(row: CsvRow, dataset: string): Incident['actors'] {
  const attributions = row.items('attributions')
  const perpetrators = row.names('perpetrators')
  if (attributions.length > 0 && attributions.length !== perpetrators.length)
    row.refuse(
      'attributions',
      'must have one item for each of perpetrators, an empty one where none is known',
    )
  const actors = (column: string, role: (typeof ROLES)[number]) =>
    row.names(column).map((name, index) => {
      const attribution = role === 'perpetrator' ? (attributions[index] ?? null) : null
      const actor = { id: actorId(dataset, name), name, role, attribution } as IncidentActor
      for (const { parameter, reason } of issuesOf(IncidentActor, actor)) {
        if (parameter === 'name') row.refuse(column, reason)
        if (parameter === 'attribution') row.refuse('attributions', reason)
      }
      return actor
    })
  return [
    ...actors('perpetrators', 'perpetrator'),
    ...actors('targets', 'target'),
    ...actors('other_actors', 'other'),
  ]
}

type GivenRange = { [Bound in keyof Range]: number | null }
type GivenCasualties = GivenRange & { by_group: Record<(typeof GROUPS)[number], GivenRange> }

/** Ids of a record's claims, one after another. */
function numbered(id: string): () => string {
  let count = 0
  return () => {
    count += 1
    return `${id}#${count}`
  }
}

/** Figures of the cells, each with the next claim: the total, then the groups. Null where no cell says anything. */
function casualtiesOf(given: GivenCasualties, nextClaim: () => string): Casualties | null {
  const isSilent = ({ low, best, high }: GivenRange) => low === null && best === null && high === null
  const figure = ({ low, best, high }: GivenRange) => ({ low, best, high, claims: [nextClaim()] }) as Figure
  if ([given, ...Object.values(given.by_group)].every(isSilent)) return null
  const total = figure(given)
  const groups = GROUPS.map((group) => {
    const range = given.by_group[group]
    return [group, isSilent(range) ? null : figure(range)]
  })
  return { ...total, by_group: Object.fromEntries(groups) }
}
