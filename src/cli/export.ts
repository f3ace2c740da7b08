import { Command, Option } from 'commander'
import { ServiceError } from '../errors.ts'
import { FORMATS, type Format } from '../http/formats/formats.ts'
import { parameterError, parseQuery } from '../http/requests/parameters.ts'
import { renderAll } from '../incidents/incident.list.ts'
import { IncidentListQuery } from '../incidents/incident.query.ts'
import { resolveRequest } from '../incidents/incident.request.ts'
import type { IncidentFilter } from '../incidents/incident.store.ts'
import type { Storage } from '../storage/contract/storage.ts'
import { readStrings } from '../validation/strings.ts'
import { ExportProgress } from './export-progress.ts'
import { fileOutput, type Output, standardOutput } from './output.ts'
import { withStorage } from './storage.ts'

type ExportFormat = Exclude<Format, 'json'>

interface ExportOptions {
  format?: ExportFormat
  query?: string
  force: boolean
}

/** `incidents export [FILE]` */
export const exportCommand = new Command('export')
  .description('Writes the incidents that match a query, as they are in the API.')
  .argument('[file]', 'the file to write, whole or not at all; none or - is standard output')
  .addOption(
    new Option(
      '--format <format>',
      "the format, instead of the one that the file's ending tells (ndjson where it tells none)",
    ).choices(FORMATS.filter((format) => format !== 'json')),
  )
  .option('--query <query>', 'which records: a query string as of GET /v1/incidents')
  .option('--force', 'replace a file that exists', false)
  .addHelpText(
    'after',
    `
The query's filters, sort, fields and expand are those of the API, and so are its errors: a name that
nothing bears is refused, with the nearest. Records are sorted by date, the oldest first, unless the
query says otherwise: an import keeps the order that a file has within a day.

  incidents export incidents.parquet
  incidents export --query 'city=Samarra&deaths_min=10&sort=-deaths' samarra.csv
  incidents export --query expand=claims | gzip >incidents.ndjson.gz`,
  )
  .action(
    async (file: string | undefined, { query = '', force, ...options }: ExportOptions, command: Command) => {
      const format = options.format ?? formatOf(file)
      if (/\.(gz|zip|bz2|xz|zst)$/i.test(file ?? ''))
        command.error(`error: an export is not packed: leave '${file}' out and pipe it through a packer`)
      const output =
        file === undefined || file === '-' ? standardOutput() : fileOutput(file, { replace: force })
      if (format === 'parquet' && output.isTerminal)
        command.error('error: Parquet is not for a terminal: give a file, or redirect standard output')
      try {
        const asked = readQuery(query)
        await withStorage((storage) => write(storage, asked, format, output), { mustExist: true })
      } catch (error) {
        if (error instanceof ServiceError) command.error(`error: option '--query <query>': ${error.message}`)
        throw error
      }
    },
  )

function formatOf(file = ''): ExportFormat {
  switch (/\.[a-z]+$/.exec(file.toLowerCase())?.[0]) {
    case '.csv':
      return 'csv'
    case '.geojson':
      return 'geojson'
    case '.parquet':
      return 'parquet'
    default:
      return 'ndjson'
  }
}

/** Parameters of the API that an export has no use for, and why. */
const UNUSED = new Map([
  ['format', 'is given by --format'],
  ['limit', 'is for pages: an export writes every record that matches'],
  ['cursor', 'is for pages: an export writes every record that matches'],
  ['total', 'is for pages: an export tells how many records it wrote'],
])

/** @throws ServiceError that names everything that is wrong with the query */
function readQuery(text: string): IncidentListQuery {
  const given = Object.entries(parseQuery(text))
  const unused = given.flatMap(([parameter]) => {
    const reason = UNUSED.get(parameter)
    return reason ? [{ parameter, reason }] : []
  })
  const used = Object.fromEntries(given.filter(([parameter]) => !UNUSED.has(parameter)))
  const { value, issues = [] } = readStrings<IncidentListQuery>(IncidentListQuery, used)
  if (!value || unused.length > 0) throw parameterError([...unused, ...issues])
  return value
}

async function write(
  storage: Storage,
  asked: IncidentListQuery,
  format: ExportFormat,
  output: Output,
): Promise<void> {
  await storage.migrate()
  const { query, hints } = await resolveRequest(asked, format, 'date', storage)
  // What the API answers with a hint and no records would be an empty file here.
  if (hints.length > 0) {
    const sentences = hints.map(({ message, suggestions }) =>
      [message, ...(suggestions.length > 0 ? [`Did you mean ${suggestions.join(' or ')}?`] : [])].join(' '),
    )
    throw new ServiceError('invalid_parameter', sentences.join(' '))
  }
  const counts = await countByDataset(storage, query.filter)
  const progress = new ExportProgress(
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    { isShown: !output.isTerminal },
  )
  const isWhole = await output
    .write(renderAll(progress.watch(storage.incidents.stream(query)), format, asked.fields))
    .finally(() => progress.end())
  if (!isWhole) return
  console.error(
    `${progress.records} ${progress.records === 1 ? 'record' : 'records'} written to ${output.name}`,
  )
  for (const { id, citation, licence } of await storage.datasets.citations(counts.keys()))
    console.error(`  ${id}: cite ${citation} Licence: ${licence}`)
}

/** How many records match, by the data sets that any of them comes from. */
async function countByDataset(storage: Storage, filter: IncidentFilter): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const id of filter.dataset ?? (await storage.datasets.ids())) {
    const count = await storage.incidents.count({ ...filter, dataset: [id] })
    if (count > 0) counts.set(id, count)
  }
  return counts
}
