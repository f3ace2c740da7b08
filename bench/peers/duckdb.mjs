/** Executes a statement of SQL in a database of DuckDB, with all cores: `node duckdb.mjs DATABASE SQL`. */
import { DuckDBInstance } from '@duckdb/node-api'

const [database, sql] = process.argv.slice(2)
const instance = await DuckDBInstance.create(database)
const connection = await instance.connect()
await connection.run(sql)
connection.closeSync()
instance.closeSync()
