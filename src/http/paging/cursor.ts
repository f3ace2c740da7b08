import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { ServiceError } from '../../errors.ts'
import type { Position } from '../../records.ts'

/**
 * Opaque page cursors: the position of the last record seen and a digest of the question, signed so that
 * neither can be changed. The secret is the database's own, so cursors outlive restarts and releases.
 */
export class Cursors {
  #secret: string | undefined

  /** @param secret reads the database's secret; it never changes */
  constructor(private readonly secret: () => Promise<string>) {}

  /** A cursor for the records of a question that follow a position. */
  async encode(question: string, position: Position): Promise<string> {
    const payload = Buffer.from(JSON.stringify([digest(question), ...position])).toString('base64url')
    return `${payload}.${await this.#sign(payload)}`
  }

  /**
   * The position that a cursor of this question holds.
   * @throws ServiceError invalid_cursor when it was altered or made for another question or database
   */
  async decode(question: string, cursor: string): Promise<Position> {
    const [payload = '', signature = '', ...rest] = cursor.split('.')
    const expected = Buffer.from(await this.#sign(payload))
    const given = Buffer.from(signature)
    if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalid('was altered or comes from another database')
    }
    const [made, ...position] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
      string,
      ...(string | number)[],
    ]
    if (made !== digest(question)) throw invalid('belongs to a query with other filters or another order')
    return position as unknown as Position
  }

  async #sign(payload: string): Promise<string> {
    this.#secret ??= await this.secret()
    return createHmac('sha256', this.#secret).update(payload).digest('base64url').slice(0, 22)
  }
}

function digest(question: string): string {
  return hash('sha256', question, 'base64url').slice(0, 16)
}

function invalid(what: string): ServiceError {
  const reason = `${what}: take page.next of the previous page unchanged, with the same filters, or leave it out to begin`
  return new ServiceError('invalid_cursor', `The cursor ${reason}.`, {
    issues: [{ parameter: 'cursor', reason }],
  })
}
