import type { ParameterIssue } from '../../errors.ts'
import { INCIDENT_COLUMNS } from '../../incidents/incident.columns.ts'
import { splitItems, unescapeFormula } from '../../text/cell.ts'
import type { CellError } from '../reading/rows/file-row.ts'
import { shorten } from '../reading/rows/text.ts'
import type { RowCells } from './csv-header.ts'

type Column = (typeof INCIDENT_COLUMNS)[number]

/** Whether a column holds one part of each item of a list, such as the names of actors. */
export function isPart({ type, path }: Column): boolean {
  return type === 'list' && path.includes('.')
}

const INTEGER = /^-?\d{1,15}$/
const DECIMAL = /^-?\d{1,3}(\.\d+)?(e-\d{1,3})?$/i

/** Reads the cells of a row of our CSV by the types of their columns, and collects the first error of each. */
export class CsvRow {
  readonly #errors = new Map<string, CellError>()

  constructor(private readonly cells: RowCells) {}

  /** The errors of all cells. */
  get errors(): CellError[] {
    return [...this.#errors.values()]
  }

  /** The columns that have an error. */
  get wrongColumns(): ReadonlySet<string> {
    return new Set(this.#errors.keys())
  }

  addError(column: string, reason: string): void {
    if (!this.#errors.has(column))
      this.#errors.set(column, { column, value: shorten(this.cells(column)), reason })
  }

  /** Adds an error of a property of the record, at the column from which it was read. */
  addIssue({ parameter, reason, suggestion }: ParameterIssue): void {
    const column = INCIDENT_COLUMNS.find((one) => one.path === parameter && !isPart(one))?.name
    if (column !== undefined) {
      const isEmpty = this.cells(column) === ''
      this.addError(
        column,
        isEmpty ? 'is required' : `${reason}${suggestion ? `; did you mean ${suggestion}?` : ''}`,
      )
    } else if (this.#errors.size === 0) {
      this.#errors.set('', { column: '', value: '', reason: `${parameter} ${reason}` })
    }
  }

  /** The value of a cell; null where it is empty or wrong, an empty list where it is a list. */
  value({ name, type }: Column): unknown {
    const cell = this.cells(name)
    switch (type) {
      case 'list':
        return this.items(name)
      case 'count':
        return this.#readNumber(name, INTEGER, 'must be a whole number, such as 10')
      case 'degrees':
        return this.#readNumber(name, DECIMAL, 'must be a decimal number, such as 33.34')
      default:
        return unescapeFormula(cell) || null
    }
  }

  /** The items of a list; null is an empty item. */
  items(column: string): (string | null)[] {
    const cell = unescapeFormula(this.cells(column))
    const items = cell === '' ? [] : splitItems(cell)
    if (items === null)
      this.addError(column, 'has an item in quotation marks that does not end: those inside it are doubled')
    return items ?? []
  }

  /** The items of a list, none of which may be empty. */
  names(column: string): string[] {
    const items = this.items(column)
    if (items.includes(null)) this.addError(column, 'has an empty item')
    return items.filter((item) => item !== null)
  }

  #readNumber(column: string, pattern: RegExp, reason: string): number | null {
    const cell = this.cells(column)
    if (cell === '') return null
    if (pattern.test(cell)) return Number(cell)
    this.addError(column, reason)
    return null
  }
}
