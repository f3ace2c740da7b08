import { InvalidArgumentError } from 'commander'

/** Reads a number within limits. */
export function numberOf(least: number, most: number, kind: 'whole' | 'any'): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most && (kind === 'any' || Number.isInteger(number))) return number
    throw new InvalidArgumentError(
      `It must be a ${kind === 'whole' ? 'whole ' : ''}number from ${least} to ${most}.`,
    )
  }
}

/** Parses a text of a maximum length in characters. */
export function textOf(most: number): (text: string) => string {
  return (text) => {
    if (text.trim() !== '' && text.length <= most) return text
    throw new InvalidArgumentError(`It must be a text of at most ${most} characters.`)
  }
}
