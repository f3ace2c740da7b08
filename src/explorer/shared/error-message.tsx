import { type Asked, askAgain } from './api.ts'
import { STRINGS } from './strings.ts'

/** What is wrong with an answer, if anything, and a way to ask again. */
export function Status({ asked: { failure } }: { asked: Pick<Asked<unknown>, 'failure'> }) {
  if (!failure) return null
  // A wrong address and a service out of reach concern every part of the page, and are said by the first one.
  const isCommon = failure.status === 0 || failure.status === 400
  return (
    <p class={isCommon ? 'failure common' : 'failure'} role="alert">
      {failure.detail ?? STRINGS.unreachable}{' '}
      {failure.status !== 400 && (
        <button type="button" onClick={askAgain}>
          {STRINGS.again}
        </button>
      )}
    </p>
  )
}
