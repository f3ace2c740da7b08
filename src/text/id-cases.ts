/** The forms of an id that differ by case only: its data set in lower case, as all are; the rest in its own or one case. */
export function listIdCases(id: string): string[] {
  const [dataset = '', ...rest] = id.split(':')
  const own = rest.join(':')
  return [own, own.toLowerCase(), own.toUpperCase()].map((form) => `${dataset.toLowerCase()}:${form}`)
}
