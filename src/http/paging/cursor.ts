import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { invalidCursor } from '../../errors.ts'
import type { Position } from '../../records.ts'

/**
 * Opaque page cursors: the position of the last record sent and a digest of the selection, signed so that neither
 * can be changed. The secret is the database's own, so cursors outlive restarts and releases. Only the engine that
 * made a position knows its shape: it rejects one that its query no longer has with {@link invalidCursor}.
 */
export class Cursors {
  #secret: string | undefined

  /** @param readSecret reads the database's secret, which never changes */
  constructor(private readonly readSecret: () => Promise<string>) {}

  /**
   * Makes the cursor for the records that follow a position.
   * @param selection the digest of which records the list has, and in which order
   */
  async encode(selection: string, position: Position): Promise<string> {
    const payload = Buffer.from(JSON.stringify([selection, ...position])).toString('base64url')
    return `${payload}.${await this.#sign(payload)}`
  }

  /**
   * Reads the position from a cursor.
   * @throws ServiceError invalid_cursor when it was altered or made for another selection or database
   */
  async decode(selection: string, cursor: string): Promise<Position> {
    const [payload = '', signature = '', ...rest] = cursor.split('.')
    const expected = Buffer.from(await this.#sign(payload))
    const given = Buffer.from(signature)
    if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw invalidCursor('was altered or comes from another database')
    }
    const [selected, ...position] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
      string,
      ...(string | number)[],
    ]
    if (selected !== selection) throw invalidCursor('belongs to a query with other filters or another order')
    return position as unknown as Position
  }

  async #sign(payload: string): Promise<string> {
    this.#secret ??= await this.readSecret()
    return createHmac('sha256', this.#secret).update(payload).digest('base64url').slice(0, 22)
  }
}

/** Digests the canonical URL of which records a list has, and in which order. */
export function digestSelection(url: string): string {
  return hash('sha256', url, 'base64url').slice(0, 16)
}
