import type { Row } from '../bench.ts'
import { EXPLORER } from './explorer.ts'
import { EXPORTS } from './exports.ts'
import { LINKS } from './links.ts'
import { LOADING } from './loading.ts'
import { OPERATION } from './operation.ts'
import { OTHERS } from './others.ts'
import { PAGES } from './pages.ts'
import { SEARCH } from './search.ts'
import { SUM_ROWS } from './sums.ts'

/** Every row, in the order in which they are measured and shown. */
export const ROWS: readonly Row[] = [
  ...PAGES,
  ...OTHERS,
  ...SEARCH,
  ...EXPORTS,
  ...OPERATION,
  ...EXPLORER,
  ...LOADING,
  ...LINKS,
  ...SUM_ROWS,
]
