import { type Config, readConfig } from '../config.ts'
import { describeMisspelledSettings } from '../environment.ts'

/**
 * Reads the settings of a command from the environment, and warns of variables that are likely misspelled.
 * @throws OperatorError when a setting is wrong
 */
export function readSettings(
  warn: (warning: string) => void = (warning) => console.error(`incidents: warning: ${warning}`),
): Config {
  const config = readConfig(process.env)
  for (const warning of describeMisspelledSettings(process.env)) warn(warning)
  return config
}
