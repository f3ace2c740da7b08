import { createHash } from 'node:crypto'
import type { ActorRecord } from '../actors/actor.schema.ts'
import type { Claim } from '../claims/claim.schema.ts'
import { type Casualties, type Figure, GROUPS, type Range } from '../figures/figure.schema.ts'
import type { Incident } from '../incidents/incident.schema.ts'
import type { IncidentPlace } from '../places/place.schema.ts'
import type { SourceRecord } from '../sources/source.schema.ts'
import type { Written } from '../storage/storage.ts'
import { fold } from '../text/fold.ts'
import type { DatasetIdentity, Draft, DraftActor, DraftCasualties, DraftSource } from './importer.ts'

/** An incident as the store takes it, with the records that it refers to. */
export interface Completed {
  record: Written<Incident>
  claims: Claim[]
  sources: Written<SourceRecord>[]
}

/** The data set's own source: in it the data set makes its claims. */
export function datasetSource(dataset: DatasetIdentity): Written<SourceRecord> {
  return {
    id: `${dataset.id}:dataset`,
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

/** Completes drafts of one data set: ids, claims (one for each figure, the data set as claimant), references. */
export class Completion {
  readonly #actors = new Map<string, Written<ActorRecord>>()

  constructor(private readonly dataset: DatasetIdentity) {}

  /** Every actor of the drafts so far. */
  get actors(): Written<ActorRecord>[] {
    return [...this.#actors.values()]
  }

  complete(draft: Draft, place: IncidentPlace): Completed {
    const id = `${this.dataset.id}:${draft.id}`
    const claims: Claim[] = []
    const casualties = (measure: 'killed' | 'injured', given: DraftCasualties | null): Casualties | null => {
      if (!given) return null
      const figure = (group: Claim['group'], range: Range): Figure => {
        const claim = this.#claim(`${id}#${claims.length + 1}`, measure, group, range)
        claims.push(claim)
        return { ...range, claims: [claim.id] }
      }
      const total = figure('all', given.total)
      const groups = GROUPS.map((group) => {
        const range = given.by_group[group]
        return [group, range ? figure(group, range) : null] as const
      })
      return { ...total, by_group: Object.fromEntries(groups) as Casualties['by_group'] }
    }
    const actors = draft.actors.map((actor) => this.#actor(actor))
    const sources = draft.sources.map((source) => this.#source(source))
    const { where, actors: drafted, sources: _, fatalities, injured, ...rest } = draft
    return {
      record: {
        ...rest,
        id,
        dataset: this.dataset.id,
        place,
        latitude: where.latitude,
        longitude: where.longitude,
        sites: [],
        actors: drafted.map(({ role, attribution }, index) => {
          const { id, name } = actors[index] as Written<ActorRecord>
          return { id, name, role, attribution }
        }),
        fatalities: casualties('killed', fatalities),
        injured: casualties('injured', injured),
        part_of: [],
        source_ids: [...new Set(sources.map((source) => source.id))],
      },
      claims,
      sources,
    }
  }

  #claim(id: string, measure: Claim['measure'], group: Claim['group'], { low, best, high }: Range): Claim {
    return {
      id,
      claimant: this.dataset.name,
      claimant_actor: null,
      source_id: `${this.dataset.id}:dataset`,
      paragraph: null,
      measure,
      group,
      low,
      high,
      qualifier: low === high && low === best ? 'exactly' : 'about',
      actor_id: null,
      note: null,
    }
  }

  /** The data set's actor of that name; its kind is what any of its records tells. */
  #actor({ name, kind }: DraftActor): Written<ActorRecord> {
    const key = fold(name)
    const kept = this.#actors.get(key)
    if (kept && (kept.kind === kind || kind === 'unknown')) return kept
    const id = actorId(this.dataset.id, name)
    const actor = kept
      ? { ...kept, kind }
      : { id, dataset: this.dataset.id, name, aliases: [], kind, description: null }
    this.#actors.set(key, actor)
    return actor
  }

  #source({ publisher, title, url, published_date }: DraftSource): Written<SourceRecord> {
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

/** The id of a data set's actor; names that fold alike are one actor. */
export function actorId(dataset: string, name: string): string {
  return `${dataset}:actor-${digest([fold(name)])}`
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
