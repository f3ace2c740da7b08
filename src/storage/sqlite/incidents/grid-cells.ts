import { type CellSize, GROUP_ROW_STEP } from '../../../places/grid.ts'

/** The generated columns of incidents that hold the numbers of cells, by the size of the cells. */
export const CELL_COLUMNS = {
  0.25: 'cell_quarter',
  1: 'cell_1',
  4: 'cell_4',
  16: 'cell_16',
} as const satisfies Record<CellSize, string>

/** SQL of the number of the cell, of an edge of `size` degrees, that an incident is in; 0 without a position. */
export function cellNumberSql(size: number): string {
  const index = (column: string, offset: number) =>
    `CAST((incidents.${column} + ${offset}) * ${1 / size} AS INTEGER)`
  return `coalesce(${index('latitude', 90)} * ${GROUP_ROW_STEP} + ${index('longitude', 180)} + 1, 0)`
}

/** SQL of the number of the cell that contains a smaller cell, by the number of the smaller one. */
export function parentCellSql(number: string, smaller: number, size: number): string {
  const index = (smallerIndex: string) => `CAST(${smallerIndex} * ${smaller / size} AS INTEGER)`
  const row = `((${number} - 1) / ${GROUP_ROW_STEP})`
  const column = `((${number} - 1) % ${GROUP_ROW_STEP})`
  return `iif(${number} = 0, 0, ${index(row)} * ${GROUP_ROW_STEP} + ${index(column)} + 1)`
}
