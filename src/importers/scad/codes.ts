import type { EventTypeId } from '../../event-types/event-type.schema.ts'

/** What an `etype` says about an event. */
export interface EventKind {
  /** Whether the actors use violence. */
  isViolent: boolean
  event_type: EventTypeId | null
}

/** `etype` (SCAD Codebook 3.3), but for -9, which stands for an armed conflict of UCDP. */
export const EVENT_TYPES: Readonly<Record<string, EventKind>> = {
  // Organized and spontaneous demonstration.
  1: { isViolent: false, event_type: 'protests' },
  2: { isViolent: false, event_type: 'protests' },
  // Organized and spontaneous violent riot.
  3: { isViolent: true, event_type: 'riots' },
  4: { isViolent: true, event_type: 'riots' },
  // General and limited strike.
  5: { isViolent: false, event_type: null },
  6: { isViolent: false, event_type: null },
  // Pro-, anti-, extra- and intra-government violence: battles as well as attacks on civilians.
  7: { isViolent: true, event_type: null },
  8: { isViolent: true, event_type: null },
  9: { isViolent: true, event_type: null },
  10: { isViolent: true, event_type: null },
}

/** `escalation`: the `etype` that the event turned into; 0 none, empty and -99 not known. */
export const ESCALATIONS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Array.from({ length: 11 }, (_, code) => [code, code])),
  '': 0,
  '-99': 0,
}

/** `repress`: how the government responded. */
export const REPRESSION = { 0: null, 1: 'non-lethal', 2: 'lethal', '-99': null, '': null } as const

/** `locnum`: a town or village or several of them; a province or region; the whole country; not known. */
export const LOCATIONS = {
  1: 'settlement',
  2: 'settlement',
  3: 'settlement',
  4: 'settlement',
  5: 'settlement',
  6: 'region',
  7: 'settlement',
  '-99': 'unknown',
  '': 'unknown',
} as const

/** Negative codes of `ndeath`: an unknown number, whether a few or many. */
export const UNKNOWN_DEATHS = ['-99', '-88', '-77']

/** `ccode`: the state numbers of the Correlates of War project in the two regions, as ISO 3166-1 alpha-3. */
export const COUNTRIES: ReadonlyMap<string, string> = new Map(
  (
    '31 BHS,40 CUB,41 HTI,42 DOM,51 JAM,52 TTO,53 BRB,70 MEX,80 BLZ,90 GTM,91 HND,92 SLV,93 NIC,94 CRI,95 PAN,' +
    '402 CPV,403 STP,404 GNB,411 GNQ,420 GMB,432 MLI,433 SEN,434 BEN,435 MRT,436 NER,437 CIV,438 GIN,439 BFA,' +
    '450 LBR,451 SLE,452 GHA,461 TGO,471 CMR,475 NGA,481 GAB,482 CAF,483 TCD,484 COG,490 COD,500 UGA,501 KEN,' +
    '510 TZA,516 BDI,517 RWA,520 SOM,522 DJI,530 ETH,531 ERI,540 AGO,541 MOZ,551 ZMB,552 ZWE,553 MWI,560 ZAF,' +
    '565 NAM,570 LSO,571 BWA,572 SWZ,580 MDG,581 COM,590 MUS,591 SYC,600 MAR,615 DZA,616 TUN,620 LBY,625 SDN,' +
    '626 SSD,651 EGY'
  )
    .split(',')
    .map((pair) => pair.split(' ') as [string, string]),
)
