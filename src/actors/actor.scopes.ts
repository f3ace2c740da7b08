import type { Hint } from '../http/requests/hint.ts'
import type { NameResolver } from '../http/requests/name-resolution.ts'
import { quoteValue } from '../text/value-list.ts'
import type { ActorScope, ActorScopes, ActorStore, RelatedActors } from './actor.store.ts'

/** Finds actors by id, name or alias, with those that are the same; hints at others that may be meant. */
export async function resolveActors(
  names: readonly string[],
  actors: ActorStore,
  resolver: NameResolver,
): Promise<ActorScopes> {
  const scopes: ActorScope[] = []
  for (const name of names) {
    const found = await actors.resolve(name)
    scopes.push(...found)
    const isKnown = found.length > 0
    const related = await resolver.lookUp(() => actors.findRelated(name, found, resolver.caller), NONE)
    for (const hint of describeRelated(name, isKnown, related))
      if (isKnown) resolver.advise(hint)
      else resolver.hints.push(hint)
  }
  const ids = scopes.flatMap((scope) => ('id' in scope ? scope.id : []))
  const identities = scopes.flatMap((scope) => ('identity' in scope ? scope.identity : []))
  return { ...(ids.length > 0 && { ids }), identities: [...new Set(identities)] }
}

const NONE: RelatedActors = { alike: [], narrower: [] }

/** Hints at actors that a name leaves out, and at those that it takes together. */
function describeRelated(name: string, isKnown: boolean, { alike, narrower }: RelatedActors): Hint[] {
  const parameter = 'actor'
  const unknown = isKnown ? [] : [`No actor "${name}" is known.`]
  const others = alike.map(
    (actor) => `${actor.dataset} has "${shorten(actor.name)}" (${countRecords(actor)})`,
  )
  const left = others.length > 0 ? [`${others.join(', ')}${isKnown ? ', not joined with it' : ''}.`] : []
  const suggestions = [...new Set(alike.map((actor) => quoteValue(actor.name)))]
  const messages = [...unknown, ...left]
  return [
    ...(messages.length > 0 ? [{ parameter, message: messages.join(' '), suggestions }] : []),
    ...narrower.map((actor) => ({
      parameter,
      message: `"${name}" counts as ${shorten(actor.identity)}, of which ${actor.dataset} has several actors; that one alone (${countRecords(actor)}) is found by its id.`,
      suggestions: [actor.id],
    })),
  ]
}

/** The text of a hint has at most 1000 characters. */
function shorten(name: string): string {
  return name.length > 150 ? `${name.slice(0, 149)}…` : name
}

function countRecords({ incidents }: { incidents: number }): string {
  return incidents === 1 ? '1 record' : `${incidents} records`
}
