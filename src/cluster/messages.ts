/** What clients used of the rate limit within one window, counted by one process and sent once. */
export interface RateCounts {
  /** The number of the window, counted since 1970. */
  window: number
  counts: (readonly [client: string, units: number])[]
}

/** A message of a worker to the primary process. */
export type FromWorker =
  | { type: 'listening'; address: string }
  /** The worker cannot serve, and a replacement could not either. */
  | { type: 'failed'; message: string }
  | { type: 'rates'; rates: RateCounts }
  | { type: 'metrics-requested'; id: number }
  | { type: 'metrics'; requester: number; id: number; metrics: object[] }

/** A message of the primary process to a worker. */
export type FromPrimary =
  /** The database is up to date: requests may be served. */
  | { type: 'ready' }
  | { type: 'drain' }
  | { type: 'rates'; rates: RateCounts }
  | { type: 'metrics-requested'; requester: number; id: number }
  /** The metrics of every other worker. */
  | { type: 'metrics-collected'; id: number; parts: object[][] }
