import { Command, Option } from 'commander'
import { ServiceError } from '../errors.ts'
import { RECORD_FORMATS } from '../http/formats/formats.ts'
import { parameterError, parseQuery, reportForeignName } from '../http/requests/parameters.ts'
import type { FileRequest } from '../incidents/incident.files.ts'
import { hintAtNothing } from '../incidents/incident.hints.ts'
import { IncidentListQuery } from '../incidents/incident.query.ts'
import { requireSheetFits, resolveRequest, toFileRequest } from '../incidents/incident.request.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import { OWN_CALLER } from '../records.ts'
import type { Storage } from '../storage/contract/storage.ts'
import { parseStrings } from '../validation/strings.ts'
import { ExportProgress } from './export-progress.ts'
import { fileOutput, type Output, standardOutput } from './output.ts'
import { withStorage } from './storage.ts'

type ExportFormat = FileRequest['format']

interface ExportOptions {
  format?: ExportFormat
  query?: string
  force: boolean
}

/** `incidents export [FILE]` */
export const exportCommand = new Command('export')
  .description('Writes the incidents that match a query, as the API returns them.')
  .argument('[file]', 'the file to write, whole or not at all; none or - is standard output')
  .addOption(
    new Option('--format <format>', "the format (default: by the file's extension, else ndjson)").choices(
      RECORD_FORMATS.filter((format) => format !== 'json'),
    ),
  )
  .option('--query <query>', 'the records to export: a query string as for GET /v1/incidents')
  .option('--force', 'replace a file that exists', false)
  .addHelpText(
    'after',
    `
The query takes the filters, sort, fields and expand of the API and has the same errors; an unknown name
is rejected with the nearest known one. Records are sorted by date, the oldest first, unless the query
sets another order: an import keeps the order that a file has within a day.

  incidents export incidents.parquet
  incidents export --query 'city=Samarra&deaths_min=10&sort=-deaths' samarra.csv
  incidents export --query expand=claims | gzip >incidents.ndjson.gz`,
  )
  .action(
    async (file: string | undefined, { query = '', force, ...options }: ExportOptions, command: Command) => {
      const format = options.format ?? formatByExtension(file)
      if (/\.(gz|zip|bz2|xz|zst)$/i.test(file ?? ''))
        command.error(
          `error: an export is not compressed: leave '${file}' out and pipe it through a compressor`,
        )
      const output =
        file === undefined || file === '-' ? standardOutput() : fileOutput(file, { replace: force })
      if ((format === 'parquet' || format === 'xlsx') && output.isTerminal)
        command.error(`error: ${format} is binary: give a file, or redirect standard output`)
      try {
        const parsed = readQuery(query)
        await withStorage((storage) => writeExport(storage, query, parsed, format, output), {
          mustExist: true,
        })
      } catch (error) {
        if (error instanceof ServiceError) command.error(`error: option '--query <query>': ${error.message}`)
        throw error
      }
    },
  )

function formatByExtension(file = ''): ExportFormat {
  switch (/\.[a-z]+$/.exec(file.toLowerCase())?.[0]) {
    case '.csv':
      return 'csv'
    case '.geojson':
      return 'geojson'
    case '.parquet':
      return 'parquet'
    case '.xlsx':
      return 'xlsx'
    default:
      return 'ndjson'
  }
}

/** Parameters of the API that an export rejects, and why. */
const NOT_FOR_EXPORTS = new Map([
  ['format', 'is given by --format'],
  ['limit', 'is for pages: an export writes every record that matches'],
  ['cursor', 'is for pages: an export writes every record that matches'],
  ['total', 'is for pages: an export reports how many records it wrote'],
])

/** @throws ServiceError that names every error in the query */
function readQuery(text: string): IncidentListQuery {
  const parameters = Object.entries(parseQuery(text))
  const rejected = parameters.flatMap(([parameter]) => {
    const reason = NOT_FOR_EXPORTS.get(parameter)
    return reason ? [{ parameter, reason }] : []
  })
  const used = Object.fromEntries(parameters.filter(([parameter]) => !NOT_FOR_EXPORTS.has(parameter)))
  const { value, issues = [] } = parseStrings<IncidentListQuery>(IncidentListQuery, used, reportForeignName)
  if (!value || rejected.length > 0) throw parameterError([...rejected, ...issues])
  return value
}

async function writeExport(
  storage: Storage,
  text: string,
  parsed: IncidentListQuery,
  format: ExportFormat,
  output: Output,
): Promise<void> {
  await storage.migrate()
  const { query, advice, ...resolved } = await resolveRequest(parsed, format, 'date', storage, OWN_CALLER)
  const findsNothing = async () => (await storage.incidents.total(query.filter, 'bounded')).total === 0
  const atNothing = await hintAtNothing(query.filter, storage.incidents, OWN_CALLER, findsNothing)
  const hints = [...resolved.hints, ...atNothing]
  // Where the API returns a hint and no records, an export would be an empty file.
  const unknown = hints.filter((hint) => !advice.includes(hint))
  if (unknown.length > 0) {
    const sentences = unknown.map(({ message, suggestions }) =>
      [message, ...(suggestions.length > 0 ? [`Did you mean ${suggestions.join(' or ')}?`] : [])].join(' '),
    )
    throw new ServiceError('invalid_parameter', sentences.join(' '))
  }
  for (const { message, suggestions } of advice) console.error([message, ...suggestions].join(' '))
  const counts = await countByDataset(storage, query.filter)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (format === 'xlsx') requireSheetFits(total)
  const progress = new ExportProgress(total, { isShown: !output.isTerminal })
  const url = `/v1/incidents${text && `?${text}`}`
  const urls = { query: url, self: url, next: null }
  const file = toFileRequest(parsed, { format, urls, hints: advice })
  const isComplete = await output
    .write(progress.watch(storage.incidents.stream(query, file)))
    .finally(() => progress.end())
  if (!isComplete) return
  console.error(
    `${progress.records} ${progress.records === 1 ? 'record' : 'records'} written to ${output.name}`,
  )
  for (const { id, citation, licence } of await storage.datasets.citations(counts.keys()))
    console.error(`  ${id}: cite ${citation} Licence: ${licence}`)
}

/** Counts the matching records by data set; data sets without any are left out. */
async function countByDataset(storage: Storage, filter: IncidentFilter): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const id of filter.dataset ?? (await storage.datasets.ids())) {
    const count = await storage.incidents.count({ ...filter, dataset: [id] })
    if (count > 0) counts.set(id, count)
  }
  return counts
}
