/** What is used of DuckDB's library; the build bundles its 150 modules into one file, which loads in a third of the time. */
export { DuckDBInstance } from '@duckdb/node-api'
