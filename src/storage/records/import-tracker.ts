import type { ImportReport } from '../contract/storage.ts'
import type { ChangeOutcome } from './record-change.ts'

/** Counts what an import does, and knows which records of its data sets it has not brought. */
export class ImportTracker {
  readonly #report: ImportReport = { added: 0, updated: 0, unchanged: 0, removed: 0, linked: 0, missing: [] }
  /** The country of each stored record that the import has not brought yet, by data set. */
  readonly #unseen = new Map<string, Map<string, string>>()
  readonly #countries = new Set<string>()

  /** The number of records added so far. */
  get added(): number {
    return this.#report.added
  }

  /** The data sets and the ids of the countries of its records so far. */
  get extent(): { datasets: string[]; countryIds: string[] } {
    return { datasets: [...this.#unseen.keys()], countryIds: [...this.#countries] }
  }

  /** The data sets whose stored records must be known, by {@link expect}, before their records are noted. */
  findUnknownDatasets(records: readonly { dataset: string }[]): string[] {
    return [...new Set(records.map(({ dataset }) => dataset))].filter((id) => !this.#unseen.has(id))
  }

  /** Notes the records of a data set that are stored before the import. */
  expect(dataset: string, stored: readonly { id: string; country_id: string }[]): void {
    this.#unseen.set(dataset, new Map(stored.map(({ id, country_id }) => [id, country_id])))
  }

  /** Notes what happened to a record of the import, and the country in which it is. */
  note({ id, dataset }: { id: string; dataset: string }, outcome: ChangeOutcome, country: string): void {
    this.#report[outcome] += 1
    this.#unseen.get(dataset)?.delete(id)
    this.#countries.add(country)
  }

  /** The stored records that the import has not brought; those of other countries are not missing from a country's file. */
  findMissing(): string[] {
    return [...this.#unseen.values()].flatMap((unseen) =>
      [...unseen].filter(([, country]) => this.#countries.has(country)).map(([id]) => id),
    )
  }

  /** The report of the import. */
  report(end: Pick<ImportReport, 'removed' | 'linked' | 'missing'>): ImportReport {
    return { ...this.#report, ...end }
  }
}
