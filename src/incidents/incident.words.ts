import type { ActorStore } from '../actors/actor.store.ts'
import type { NameResolver } from '../http/requests/name-resolution.ts'
import { PLACE_KINDS } from '../places/place.schema.ts'
import { findParameter } from '../places/place.scopes.ts'
import type { PlaceStore } from '../places/place.store.ts'
import { splitPhrases } from '../text/fold.ts'
import type { IncidentStore } from './incident.store.ts'

/** Where the words of a search are looked up. */
interface WordContext {
  incidents: Pick<IncidentStore, 'findUnknownTerms'>
  actors: ActorStore
  places: PlaceStore
  names: NameResolver
}

/** Resolves a text search; a hint for each word that no record has, with its likely spelling or meaning. */
export async function resolveWords(
  q: string,
  { incidents, actors, places, names }: WordContext,
): Promise<{ words: string[] }> {
  const words = splitPhrases(q)
  for (const { term, similar } of await incidents.findUnknownTerms(words)) {
    const [asActor, asPlace] = await Promise.all([
      actors.findByName(term),
      places.findByName(term, PLACE_KINDS),
    ])
    const meanings = [
      ...(asActor.length > 0 ? [`an actor: actor=${term}`] : []),
      ...[...new Set(asPlace.map(({ kind }) => findParameter(kind)))].map(
        (parameter) => `a place: ${parameter}=${term}`,
      ),
    ]
    const named = meanings.length > 0 ? `, which is a name of ${meanings.join(' and of ')}` : ''
    const message = `No record has the word "${term}"${named}.`
    names.hints.push({ parameter: 'q', message, suggestions: similar })
  }
  return { words }
}
