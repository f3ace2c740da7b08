import { IncidentActor, type ROLES } from '../../actors/actor.schema.ts'
import { type Casualties, type Figure, GROUPS, type Range } from '../../figures/figure.schema.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { Incident, Site } from '../../incidents/incident.schema.ts'
import { IncidentPlace } from '../../places/place.schema.ts'
import { unescapeFormula } from '../../text/cell.ts'
import { findIssues } from '../../validation/validate.ts'
import { buildActorId } from '../records/record-builder.ts'
import type { RowCells } from './csv-header.ts'
import { CsvRow, isPart } from './csv-row.ts'
import { type ExportedResult, findContradictions } from './exported.ts'

/** Properties by name, nested. */
interface Properties {
  [name: string]: unknown
}

/** The columns that hold a whole property of the record, with its path. */
const PROPERTY_COLUMNS = INCIDENT_COLUMNS.filter((column) => !isPart(column)).map((column) => ({
  column,
  path: column.path.split('.'),
}))

/**
 * Reads the record of a row of our CSV. CSV has no claims and no sources, and of actors and sites it has names
 * only: actors get the ids that an import gives them, and each figure gets one claim.
 */
export function readCsvRecord(cells: RowCells): ExportedResult {
  const row = new CsvRow(cells)
  const read: Properties = {}
  for (const { column, path } of PROPERTY_COLUMNS) setAt(read, path, row.value(column))
  const nextClaim = createClaimIds(`${read.id}`)
  const record = inSchemaOrder(Incident, {
    ...read,
    place: inSchemaOrder(IncidentPlace, read.place as object),
    conflict: nullWhereEmpty(read.conflict as Properties),
    dyad: nullWhereEmpty(read.dyad as Properties),
    sites: readSites(row),
    actors: readActors(row, `${read.dataset}`),
    fatalities: buildCasualties(read.fatalities as GivenCasualties, nextClaim),
    injured: buildCasualties(read.injured as GivenCasualties, nextClaim),
  }) as Incident
  for (const issue of findIssues(Incident, record)) row.addIssue(issue)
  for (const { property, reason } of findContradictions(record, row.wrongColumns))
    row.addError(property, reason)
  return row.errors.length > 0 ? { errors: row.errors } : { record, claims: null, sources: null }
}

/** Columns that do not describe the record itself: when it changed, and the records that are linked to it. */
const METADATA: readonly string[] = ['updated_at', 'same_as']

/** Whether a stored record would be exported to these cells, apart from metadata: then the row changes nothing. */
export function isSameRow(cells: RowCells, stored: Incident): boolean {
  return INCIDENT_COLUMNS.every(({ name, value }) => {
    if (METADATA.includes(name)) return true
    const cell = cells(name)
    const wanted = value(stored)
    // A spreadsheet may format a number differently.
    return typeof wanted === 'number'
      ? cell !== '' && Number(cell) === wanted
      : unescapeFormula(cell) === (wanted ?? '')
  })
}

/** Null where no property has a value: the record is part of none. */
function nullWhereEmpty(given: Properties): Properties | null {
  return Object.values(given).every((value) => value === null) ? null : given
}

/** Sets the value at a path of properties. */
function setAt(record: Properties, path: readonly string[], value: unknown): void {
  let at = record
  path.forEach((name, index) => {
    if (index === path.length - 1) at[name] = value
    else {
      at[name] ??= {}
      at = at[name] as Properties
    }
  })
}

/** Orders properties as in a schema, as records are rendered. */
function inSchemaOrder({ properties }: { properties: object }, given: object): object {
  return Object.fromEntries(Object.keys(properties).map((name) => [name, given[name as keyof object]]))
}

function readSites(row: CsvRow): Incident['sites'] {
  return row.names('sites').map((name) => {
    const site = { name, place_id: null }
    for (const { reason } of findIssues(Site, site)) row.addError('sites', reason)
    return site
  })
}

function readActors(row: CsvRow, dataset: string): Incident['actors'] {
  const attributions = row.items('attributions')
  const perpetrators = row.names('perpetrators')
  if (attributions.length > 0 && attributions.length !== perpetrators.length)
    row.addError(
      'attributions',
      'must have one item for each of perpetrators, an empty one where none is known',
    )
  const actors = (column: string, role: (typeof ROLES)[number]) =>
    row.names(column).map((name, index) => {
      const attribution = role === 'perpetrator' ? (attributions[index] ?? null) : null
      const actor = { id: buildActorId(dataset, name), name, role, attribution } as IncidentActor
      for (const { parameter, reason } of findIssues(IncidentActor, actor)) {
        if (parameter === 'name') row.addError(column, reason)
        if (parameter === 'attribution') row.addError('attributions', reason)
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

/** Makes a generator of the ids of a record's claims. */
function createClaimIds(id: string): () => string {
  let count = 0
  return () => {
    count += 1
    return `${id}#${count}`
  }
}

/** Builds figures, each with the next claim: the total, then the groups. Null where all cells are empty. */
function buildCasualties(given: GivenCasualties, nextClaim: () => string): Casualties | null {
  const isEmpty = ({ low, best, high }: GivenRange) => low === null && best === null && high === null
  const buildFigure = ({ low, best, high }: GivenRange) =>
    ({ low, best, high, claims: [nextClaim()] }) as Figure
  if ([given, ...Object.values(given.by_group)].every(isEmpty)) return null
  const total = buildFigure(given)
  const groups = GROUPS.map((group) => {
    const range = given.by_group[group]
    return [group, isEmpty(range) ? null : buildFigure(range)]
  })
  return { ...total, by_group: Object.fromEntries(groups) }
}
