import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  duckdb,
  inQgis,
  libreOffice,
  observable,
  psql,
  pythonWith,
  type RecipeRunner,
  rWith,
  shellWith,
} from '../support/recipe-runners.ts'
import { RECIPE_OUTPUT, RECIPE_PAGE, RECIPES, readRecipe, setUpRecipeServer } from '../support/recipes.ts'
import { createTemporaryFolder } from '../support/service.ts'

/** The recipes that request the service themselves, by heading. */
const REQUESTING: Record<string, RecipeRunner> = {
  Python: pythonWith(),
  'Pages in Python': pythonWith(),
  pandas: pythonWith('import pandas'),
  'pandas with Parquet': pythonWith('import pandas, pyarrow; assert pandas.__version__ >= "2"'),
  R: rWith(),
  'R readr': rWith('readr'),
  'R jsonlite': rWith('jsonlite'),
  'R sf': rWith('sf'),
  SQLite: shellWith('curl', 'sqlite3'),
  PostgreSQL: psql,
  GDAL: shellWith('ogr2ogr', 'ogrinfo'),
  QGIS: pythonWith('import qgis.core', inQgis),
  LibreOffice: libreOffice,
  Observable: observable,
}

/** What the programs report of a transfer that breaks off. */
const BREAK_OFF =
  /IncompleteRead|partial file|outstanding read data|RuntimeError: not read|TypeError: terminated/

/** The recipe whose file DuckDB reads. */
const DOWNLOAD = 'Download first'
const download = shellWith('curl')

/** The recipes that these tests do not run, with the reason. */
const NOT_RUN: Record<string, string> = {
  Leaflet: 'needs a browser: recipes.browser.test.ts runs it',
  dlt: 'was written from its documentation and has not been run',
  'Kepler.gl': 'its packages are too large to install for a test; was run by hand',
  Excel: 'runs on Windows and macOS only',
}

const origins = setUpRecipeServer()

test(`each recipe of ${RECIPE_PAGE} is run, or the reason is listed`, () => {
  const listed = [DOWNLOAD, 'DuckDB', ...Object.keys({ ...REQUESTING, ...NOT_RUN })]
  expect(listed.sort()).toEqual(RECIPES.toSorted())
  expect(readFileSync(join(import.meta.dirname, `../../${RECIPE_PAGE}`), 'utf8')).toContain(
    `\`${RECIPE_OUTPUT}\``,
  )
})

describe('reads every record, with its types', () => {
  test.for(Object.entries(REQUESTING))('%s', async ([heading, runner], { skip }) => {
    const obstacle = await runner.findObstacle()
    if (obstacle !== null) return skip(obstacle)
    expect(await runner.run(readRecipe(heading, origins.origin), createTemporaryFolder())).toContain(
      RECIPE_OUTPUT,
    )
  })

  test('DuckDB, of the file of Download first', async ({ skip }) => {
    const obstacle = await download.findObstacle()
    if (obstacle !== null) return skip(obstacle)
    const folder = createTemporaryFolder()
    await download.run(readRecipe(DOWNLOAD, origins.origin), folder)
    expect(await duckdb.run(readRecipe('DuckDB', origins.origin), folder)).toContain(RECIPE_OUTPUT)
  })
})

describe('fails where a transfer breaks off', () => {
  test.for(Object.entries(REQUESTING))('%s', async ([heading, runner], { skip }) => {
    const obstacle = await runner.findObstacle()
    if (obstacle !== null) return skip(obstacle)
    await expect(
      runner.run(readRecipe(heading, origins.breakingOrigin), createTemporaryFolder()),
    ).rejects.toThrow(BREAK_OFF)
  })
})

test('Download first: replaces a file only by a complete one that differs', async ({ skip }) => {
  const obstacle = await download.findObstacle()
  if (obstacle !== null) return skip(obstacle)
  const folder = createTemporaryFolder()
  const file = join(folder, 'incidents.parquet')
  const downloadFrom = (from: string) => download.run(readRecipe(DOWNLOAD, from), folder)
  await downloadFrom(origins.origin)
  const complete = readFileSync(file)
  writeFileSync(file, 'kept')
  await expect(downloadFrom(origins.breakingOrigin)).rejects.toThrow('transfer closed')
  await downloadFrom(origins.origin)
  expect(readFileSync(file, 'utf8')).toBe('kept')
  writeFileSync(join(folder, 'incidents.etag'), 'W/"earlier"')
  await downloadFrom(origins.origin)
  expect(readFileSync(file).equals(complete)).toBe(true)
})
