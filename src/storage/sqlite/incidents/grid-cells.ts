import type { CellSize } from '../../../places/grid.ts'

/** The generated columns of incidents that hold the numbers of cells, by the size of the cells. */
export const CELL_COLUMNS = {
  0.25: 'cell_quarter',
  1: 'cell_1',
  4: 'cell_4',
  16: 'cell_16',
} as const satisfies Record<CellSize, string>
