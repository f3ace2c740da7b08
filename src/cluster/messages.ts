/** What clients used of the rate limit within one window, counted by one process and sent once. */
export interface RateCounts {
  /** The number of the window, counted since 1970. */
  window: number
  counts: (readonly [client: string, units: number])[]
}

/** A message of a worker to the primary process. */
export type FromWorker =
  | { type: 'listening'; address: string }
  /** The response to a ping. */
  | { type: 'pong' }
  /** The worker cannot serve, and a replacement could not either. */
  | { type: 'failed'; message: string }
  | { type: 'rates'; rates: RateCounts }
  | { type: 'metrics-requested'; id: number }
  | { type: 'metrics'; requester: number; id: number; metrics: object[] }

/** A message of the primary process to a worker. */
export type FromPrimary =
  /** The database of this identity is up to date: requests may be served from it. */
  | { type: 'ready'; identity: string }
  /** The database cannot be used any more: the reason is a sentence. */
  | { type: 'unavailable'; reason: string }
  | { type: 'drain' }
  /** Asks whether the worker's event loop still runs. */
  | { type: 'ping' }
  | { type: 'rates'; rates: RateCounts }
  | { type: 'metrics-requested'; requester: number; id: number }
  /** The metrics of every other worker. */
  | { type: 'metrics-collected'; id: number; parts: object[][] }
