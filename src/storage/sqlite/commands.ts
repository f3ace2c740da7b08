/** What only commands and seeding use. It is loaded with the first of them: a server starts without these 45 modules. */
export { checkFile, checkRecords } from './integrity/check.ts'
export { rebuild, rebuildRecords } from './integrity/rebuild.ts'
export { decideLink } from './links/decisions.ts'
export { suggestLinks } from './links/suggestions.ts'
export { decideIdentity } from './writing/identity-decisions.ts'
export { SqliteImportSession } from './writing/import-session.ts'
export { load } from './writing/load.ts'
export { readOriginals } from './writing/original-rows.ts'
