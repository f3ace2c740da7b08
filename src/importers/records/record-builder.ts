import { hash } from 'node:crypto'
import { type ActorRecord, ROLES } from '../../actors/actor.schema.ts'
import { datasetSourceId } from '../../figures/dataset-claims.ts'
import { type Casualties, type Figure, GROUPS, type Range } from '../../figures/figure.schema.ts'
import type { Incident } from '../../incidents/incident.schema.ts'
import type { IncidentPlace } from '../../places/place.schema.ts'
import type { SourceRecord } from '../../sources/source.schema.ts'
import type { RecordInput } from '../../storage/contract/storage.ts'
import { fold } from '../../text/fold.ts'
import type { Draft, DraftActor, DraftCasualties, DraftSource } from '../contract/draft.ts'
import type { DatasetIdentity } from '../contract/importer.ts'

/** An incident for the store, with its sources. */
interface BuiltRecord {
  record: RecordInput<Incident>
  sources: RecordInput<SourceRecord>[]
}

/** Builds the data set's own source, the source of all claims that the data set itself makes. */
export function buildDatasetSource(dataset: DatasetIdentity): RecordInput<SourceRecord> {
  return {
    id: datasetSourceId(dataset.id),
    dataset: dataset.id,
    publisher: dataset.name,
    title: dataset.citation,
    url: dataset.url,
    published_date: null,
    language: null,
    summary: dataset.description,
    pictures: [],
  }
}

/** Builds records of the drafts of one data set: adds ids, one claim for each figure (by the data set), references. */
export class RecordBuilder {
  readonly #actors = new Map<string, RecordInput<ActorRecord>>()

  constructor(private readonly dataset: DatasetIdentity) {}

  /** All actors of the records so far. */
  get actors(): RecordInput<ActorRecord>[] {
    return [...this.#actors.values()]
  }

  build(draft: Draft, place: IncidentPlace): BuiltRecord {
    const id = `${this.dataset.id}:${draft.id}`
    let claims = 0
    const buildFigure = ({ low, best, high }: Range): Figure => {
      claims += 1
      return { low, best, high, claims: [`${id}#${claims}`] }
    }
    const buildCasualties = (given: DraftCasualties | null): Casualties | null => {
      if (!given) return null
      const total = buildFigure(given.total)
      const by_group = {} as Casualties['by_group']
      for (const group of GROUPS) {
        const range = given.by_group[group]
        by_group[group] = range ? buildFigure(range) : null
      }
      return { low: total.low, best: total.best, high: total.high, claims: total.claims, by_group }
    }
    const { where, actors, fatalities, injured } = draft
    const sources = draft.sources.map((source) => this.#buildSource(source))
    return {
      // Property by property, for speed: this runs for every row of every file.
      record: {
        id,
        dataset: this.dataset.id,
        kind: draft.kind,
        title: draft.title ?? buildTitle(draft, place),
        description: draft.description,
        date_start: draft.date_start,
        date_end: draft.date_end,
        date_precision: draft.date_precision,
        place,
        latitude: where.latitude,
        longitude: where.longitude,
        geo_precision: draft.geo_precision,
        part_of_day: draft.part_of_day,
        sites: [],
        incident_count: draft.incident_count,
        event_type: draft.event_type,
        sub_event_type: draft.sub_event_type,
        violence_type: draft.violence_type ?? null,
        conflict: draft.conflict ?? null,
        dyad: draft.dyad ?? null,
        weapons: draft.weapons,
        actors: actors.map((actor) => {
          const { id, name } = this.#getActor(actor)
          return { id, name, role: actor.role, attribution: actor.attribution }
        }),
        fatalities: buildCasualties(fatalities),
        injured: buildCasualties(injured),
        part_of: [],
        source_ids: [...new Set(sources.map((source) => source.id))],
      },
      sources,
    }
  }

  /** The data set's actor of this name; its kind is the last that a record states, if any does. */
  #getActor({ name, kind }: DraftActor): RecordInput<ActorRecord> {
    const key = this.#fold(name)
    const known = this.#actors.get(key)
    if (known && (known.kind === kind || kind === 'unknown')) return known
    const id = buildActorId(this.dataset.id, name)
    const actor = known
      ? { ...known, kind }
      : { id, dataset: this.dataset.id, name, aliases: [], kind, description: null }
    this.#actors.set(key, actor)
    return actor
  }

  readonly #foldedNames = new Map<string, string>()

  #fold(name: string): string {
    const known = this.#foldedNames.get(name)
    if (known !== undefined) return known
    const folded = fold(name)
    this.#foldedNames.set(name, folded)
    return folded
  }

  #buildSource({ publisher, title, url, published_date }: DraftSource): RecordInput<SourceRecord> {
    return {
      id: `${this.dataset.id}:source-${digest([publisher, title, url, published_date])}`,
      dataset: this.dataset.id,
      publisher: publisher.slice(0, 300),
      title: (title ?? publisher).slice(0, 1000),
      url,
      published_date,
      language: null,
      summary: null,
      pictures: [],
    }
  }
}

/**
 * Builds a title that tells a record of a data set without titles from others: `Government of Iraq – IS, Mosul`, the
 * attacker before the target; without actors by what happened, as `Suicide bomb, Mosul`.
 */
function buildTitle({ actors, event_type, sub_event_type }: Draft, place: IncidentPlace): string {
  const names = [...actors]
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role))
    .map(({ name }) => name)
  const type = (sub_event_type ?? event_type ?? 'incident').replaceAll('_', ' ')
  const who = [...new Set(names)].slice(0, 2).join(' – ') || type.charAt(0).toUpperCase() + type.slice(1)
  return `${who}, ${place.name}`.slice(0, 1000)
}

/** Builds the id of a data set's actor; names that fold alike are one actor. */
export function buildActorId(dataset: string, name: string): string {
  return `${dataset}:actor-${digest([fold(name)])}`
}

function digest(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 16)
}
