/**
 * What is known about rows that do not reach their target: why, and what would have to change. Written by hand, by
 * the name of the row; shown under the table of RESULTS.md.
 */
export const NOTES: Readonly<Record<string, string>> = {}
