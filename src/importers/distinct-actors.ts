import { fold } from '../text/fold.ts'
import type { DraftActor } from './contract/draft.ts'

/** Each actor once in a role, as first named; spellings that fold alike are one actor. */
export function distinctActors(actors: readonly DraftActor[]): DraftActor[] {
  const first = new Map<string, DraftActor>()
  for (const actor of actors) {
    const key = `${actor.role} ${fold(actor.name)}`
    if (!first.has(key)) first.set(key, actor)
  }
  return [...first.values()]
}
