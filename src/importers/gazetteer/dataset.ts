import type { DatasetIdentity } from '../contract/importer.ts'

/** The registry's entry for GeoNames' populated places and first-level divisions of the world. */
export const GEONAMES_WORLD: DatasetIdentity = {
  id: 'geonames-world',
  name: 'GeoNames: cities of the world',
  licence: 'CC BY 4.0',
  citation: 'GeoNames geographical database, https://www.geonames.org, CC BY 4.0.',
  description:
    'Populated places and first-level divisions of the world. Where the curated gazetteer has a place, it is not repeated here.',
  url: 'https://www.geonames.org',
  terms: null,
}
