import { fold } from '../../text/fold.ts'

/**
 * States that no longer exist, with the ISO 3166-1 alpha-3 codes of the states whose territory theirs became
 * (ISO 3166-3; Gleditsch and Ward's list of independent states). One code: all of the territory is in that state.
 */
const FORMER_STATES: readonly (readonly [names: string, successors: string])[] = [
  ['Czechoslovakia', 'CZE SVK'],
  ['East Germany; East Germany (GDR); German Democratic Republic; GDR', 'DEU'],
  ['West Germany; West Germany (FRG); German Federal Republic', 'DEU'],
  ['Hyderabad', 'IND'],
  ['New Hebrides', 'VUT'],
  ['North Vietnam; South Vietnam; Republic of Vietnam; Vietnam, Republic of', 'VNM'],
  ['North Yemen; South Yemen; Yemen Arab Republic; Yemen People’s Republic', 'YEM'],
  ["People's Republic of the Congo", 'COG'],
  ['Rhodesia; Southern Rhodesia', 'ZWE'],
  ['Serbia-Montenegro; Serbia and Montenegro', 'SRB MNE'],
  [
    'Soviet Union; USSR; U.S.S.R.; Union of Soviet Socialist Republics',
    'RUS UKR BLR MDA EST LVA LTU GEO ARM AZE KAZ UZB TKM KGZ TJK',
  ],
  ['Tanganyika; Zanzibar', 'TZA'],
  ['United Arab Republic', 'EGY SYR'],
  ['Upper Volta', 'BFA'],
  ['Yugoslavia; Federal Republic of Yugoslavia', 'SRB MNE HRV SVN BIH MKD'],
  ['Zaire', 'COD'],
  ['Dahomey', 'BEN'],
  ['Ceylon', 'LKA'],
  ['Kampuchea; Khmer Republic', 'KHM'],
  ['Burma', 'MMR'],
  ['Netherlands Antilles', 'CUW SXM BES'],
]

const SUCCESSORS = new Map(
  FORMER_STATES.flatMap(([names, successors]) =>
    names.split('; ').map((name) => [fold(name), successors.split(' ')] as const),
  ),
)

/** The states of today on the territory of a former state of this name; undefined where it is none. */
export function findSuccessors(name: string): readonly string[] | undefined {
  return SUCCESSORS.get(fold(name))
}
