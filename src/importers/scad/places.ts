import type { Cells } from '../contract/cells.ts'
import type { Draft } from '../contract/draft.ts'
import { COUNTRIES, LOCATIONS } from './codes.ts'

/** A state or province: in the countries of SCAD, a first-level division. */
const DIVISION = /\s(?:state|province)$/i
/** Texts that name no settlement: a position, several places, a part of a country, a landscape. */
const NO_PLACE =
  /^(?:unknown|nationwide|countrywide|at sea|-99)$|^(?:north|south|east|west)\w*ern\s|[,;/]|\b(?:and|near|between|border|outside|around|surrounding|various|several|villages|areas?|regions?|district|county|forest|desert|river|highway|road|mine|(?:north|south|east|west)\w* of)\b/i

/** Reads the place of a row: `ilocal`, or in files without it the places of the whole event. */
export function readPlace(cells: Cells): Pick<Draft, 'where' | 'geo_precision'> {
  const kind = cells.code<'settlement' | 'region' | 'unknown'>('locnum', LOCATIONS, 'unknown')
  const name = cells.text('ilocal') || cells.text('elocal')
  const isDivision = DIVISION.test(name) && !NO_PLACE.test(name)
  const isPlace = !isDivision && kind === 'settlement' && name !== '' && !NO_PLACE.test(name)
  const isApproximate = /^no$/i.test(cells.text('location_precision'))
  const latitude = cells.degrees('latitude', 90)
  const longitude = cells.degrees('longitude', 180)
  return {
    where: {
      country: readCountry(cells),
      admin1: isDivision ? name : null,
      place: isPlace ? name : null,
      latitude: longitude === null ? null : latitude,
      longitude: latitude === null ? null : longitude,
    },
    geo_precision: isDivision
      ? 'admin1'
      : isPlace && !isApproximate
        ? 'exact'
        : /^(?:nation|country)wide$/i.test(name)
          ? 'country'
          : 'unknown',
  }
}

/** Reads the country by its number; SCAD's names are not always ISO's. */
function readCountry(cells: Cells): string {
  const name = cells.required('countryname')
  return COUNTRIES.get(cells.text('ccode').replace(/\.0+$/, '')) ?? name
}
