/** Writes the table `incidents` of a DuckDB file as CSV or JSON lines: `node copy.mjs DATABASE csv|json FILE`. */
import { DuckDBInstance } from '@duckdb/node-api'

const [database, format, file] = process.argv.slice(2)
const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' })
const connection = await instance.connect()
await connection.run(`COPY incidents TO '${file}' (FORMAT ${format})`)
