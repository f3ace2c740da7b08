import { type ApiError, retryFailed } from './api.ts'
import { STRINGS } from './strings.ts'

/** The message of a failed request, with a button that retries it where that can help. */
export function ErrorMessage({ error }: { error: ApiError | null }) {
  if (!error) return null
  // An invalid address and an unreachable service fail every request of the page: the style sheet shows only the
  // first of these messages.
  const isPageWide = error.status === 0 || error.status === 400
  return (
    <p class={isPageWide ? 'error page-wide' : 'error'} role="alert">
      {error.detail ?? STRINGS.unreachable}{' '}
      {error.status !== 400 && (
        <button type="button" onClick={retryFailed}>
          {STRINGS.retry}
        </button>
      )}
    </p>
  )
}
