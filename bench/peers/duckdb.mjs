// Loads a CSV file into a table of a new DuckDB database: node duckdb.mjs DATABASE FILE
import { DuckDBInstance } from '@duckdb/node-api'

const [, , database, file] = process.argv
const instance = await DuckDBInstance.create(database)
const connection = await instance.connect()
await connection.run(`CREATE TABLE events AS SELECT * FROM read_csv('${file.replaceAll("'", "''")}')`)
connection.closeSync()
instance.closeSync()
