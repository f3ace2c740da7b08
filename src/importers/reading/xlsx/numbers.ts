/** Significant digits of a workbook's numbers. */
const DIGITS = 15

/** Formats a number in plain decimal digits, without an exponent or errors of binary rounding. */
export function formatNumber(text: string): string {
  if (/^-?[1-9]\d{0,14}$/.test(text)) return text
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return text
  return withoutExponent(String(Number(number.toPrecision(DIGITS))))
}

function withoutExponent(text: string): string {
  const [mantissa = '', exponent] = text.split('e')
  if (exponent === undefined) return text
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.slice(sign.length).split('.')
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits.padEnd(point, '0')
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
