/** Requests that clients made within a window of time, told once. */
export interface Rates {
  /** The window, counted since 1970. */
  window: number
  counts: (readonly [client: string, requests: number])[]
}

/** What a process that answers tells the primary process. */
export type FromWorker =
  | { type: 'listening'; address: string }
  /** It cannot serve, and neither could another in its place. */
  | { type: 'failed'; message: string }
  | { type: 'rates'; rates: Rates }
  | { type: 'metrics-asked'; id: number }
  | { type: 'metrics'; asker: number; id: number; metrics: object[] }

/** What the primary process tells those that answer. */
export type FromPrimary =
  /** The database is up to date: questions may be answered. */
  | { type: 'ready' }
  | { type: 'drain' }
  | { type: 'rates'; rates: Rates }
  | { type: 'metrics-asked'; asker: number; id: number }
  /** The metrics of every other process. */
  | { type: 'metrics-gathered'; id: number; parts: object[][] }
