import type { ParameterIssue } from '../../errors.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { splitItems, unescapeFormula } from '../../text/cell.ts'
import type { CellFault } from '../contract/importer.ts'
import { shorten } from '../reading/rows/file-row.ts'
import type { RowCells } from './csv-header.ts'

type Column = (typeof INCIDENT_COLUMNS)[number]

/** Whether a column holds one part of each item of a list, such as the names of actors. */
export function isPart({ type, path }: Column): boolean {
  return type === 'list' && path.includes('.')
}

const INTEGER = /^-?\d{1,15}$/
const DECIMAL = /^-?\d{1,3}(\.\d+)?(e-\d{1,3})?$/i

/** A row of our CSV, its cells read as what their columns hold; keeps the first thing that is wrong with each. */
export class CsvRow {
  readonly #faults = new Map<string, CellFault>()

  constructor(private readonly cells: RowCells) {}

  /** Everything that is wrong. */
  get faults(): CellFault[] {
    return [...this.#faults.values()]
  }

  /** The columns that something is wrong with. */
  get wrong(): ReadonlySet<string> {
    return new Set(this.#faults.keys())
  }

  /** Notes that a cell is wrong. */
  refuse(column: string, reason: string): void {
    if (!this.#faults.has(column))
      this.#faults.set(column, { column, value: shorten(this.cells(column)), reason })
  }

  /** Notes what is wrong with a property of the record, at the column that it was read from. */
  refuseIssue({ parameter, reason, suggestion }: ParameterIssue): void {
    const column = INCIDENT_COLUMNS.find((one) => one.path === parameter && !isPart(one))?.name
    if (column !== undefined) {
      const isEmpty = this.cells(column) === ''
      this.refuse(
        column,
        isEmpty ? 'is required' : `${reason}${suggestion ? `; did you mean ${suggestion}?` : ''}`,
      )
    } else if (this.#faults.size === 0) {
      this.#faults.set('', { column: '', value: '', reason: `${parameter} ${reason}` })
    }
  }

  /** What a cell holds; null where it is empty or wrong, a list without items where it is a list. */
  value({ name, type }: Column): unknown {
    const cell = this.cells(name)
    switch (type) {
      case 'list':
        return this.items(name)
      case 'count':
        return this.#number(name, INTEGER, 'must be a whole number, such as 10')
      case 'degrees':
        return this.#number(name, DECIMAL, 'must be a decimal number, such as 33.34')
      default:
        return unescapeFormula(cell) || null
    }
  }

  /** The items of a list; null is an item that is not there. */
  items(column: string): (string | null)[] {
    const cell = unescapeFormula(this.cells(column))
    const items = cell === '' ? [] : splitItems(cell)
    if (items === null)
      this.refuse(column, 'has an item in quotation marks that does not end: those inside it are doubled')
    return items ?? []
  }

  /** The items of a list, each of which must be there. */
  names(column: string): string[] {
    const items = this.items(column)
    if (items.includes(null)) this.refuse(column, 'has an empty item')
    return items.filter((item) => item !== null)
  }

  #number(column: string, pattern: RegExp, reason: string): number | null {
    const cell = this.cells(column)
    if (cell === '') return null
    if (pattern.test(cell)) return Number(cell)
    this.refuse(column, reason)
    return null
  }
}
