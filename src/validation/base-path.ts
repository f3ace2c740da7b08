/** Maximum number of characters of a base path. */
export const MAX_BASE_PATH_LENGTH = 100

/** First segments of the service's own paths: below a base path that began with one, paths would be ambiguous. */
const OWN_SEGMENTS = ['v1', 'docs', 'explorer', 'openapi.json', 'livez', 'readyz', 'metrics'] as const
/** Unreserved characters (RFC 3986, 2.3), which no part of a response has to escape. */
const SEGMENT = /^[\w.~-]+$/

/** What {@link parseBasePath} accepts, to complete a sentence such as "BASE_PATH must be …". */
export const BASE_PATH_RULE = `a path such as /conflict, of at most ${MAX_BASE_PATH_LENGTH} letters, digits, "-", ".", "_", "~" and "/", that does not begin with a path of the service (/${OWN_SEGMENTS.join(', /')})`

/**
 * Parses a base path, the path under which clients reach the service. A slash at its end makes no difference.
 * @returns the path without a slash at its end, so that of the root is empty; null when it is not a base path
 */
export function parseBasePath(text: string): string | null {
  if (!text.startsWith('/') || text.length > MAX_BASE_PATH_LENGTH) return null
  const path = text.endsWith('/') ? text.slice(0, -1) : text
  const segments = path.split('/').slice(1)
  if (segments.some((segment) => !SEGMENT.test(segment) || segment === '.' || segment === '..')) return null
  return (OWN_SEGMENTS as readonly (string | undefined)[]).includes(segments[0]) ? null : path
}
