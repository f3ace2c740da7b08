import type { Asked } from './api.ts'
import { STRINGS } from './strings.ts'

/** What is wrong with an answer, if anything, and a way to ask again. */
export function Status({ asked }: { asked: Pick<Asked<unknown>, 'failure' | 'again'> }) {
  const { failure, again } = asked
  if (!failure) return null
  return (
    <p class="failure" role="alert">
      {failure.detail ?? STRINGS.unreachable}{' '}
      <button type="button" onClick={again}>
        {STRINGS.again}
      </button>
    </p>
  )
}
