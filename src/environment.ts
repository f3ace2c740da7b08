import { distance } from 'fastest-levenshtein'
import { ConfigSchema } from './config.ts'

const SETTINGS = Object.keys(ConfigSchema.properties)

/**
 * Describes each variable of the environment that is no setting but resembles one, such as `DATABSE_URL`: it has no
 * effect, and the default that is used instead may be another database.
 */
export function describeMisspelledSettings(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.keys(environment).flatMap((name) => {
    if (SETTINGS.includes(name)) return []
    const setting = SETTINGS.find((each) => resembles(name, each))
    // Where case makes no difference, on Windows, `port` is PORT.
    const isRead = setting && name.toUpperCase() === setting && environment[setting] !== undefined
    if (!setting || isRead) return []
    return [`${name} is not a setting and has no effect (did you mean ${setting}?)`]
  })
}

/**
 * Whether a name is likely a typing error of a setting's. The environment has many names that are near to short ones,
 * such as `POST` and `PORT0`, so these may differ by case, separators and the order of letters only.
 */
function resembles(name: string, setting: string): boolean {
  const [letters, expected] = [name, setting].map((text) => text.toUpperCase().replace(/[^A-Z0-9]/g, ''))
  if (!letters || !expected) return false
  const edits = distance(letters, expected)
  const maxEdits = expected.length < 6 ? 0 : expected.length < 8 ? 1 : 2
  return edits <= maxEdits || (edits === 2 && sortLetters(letters) === sortLetters(expected))
}

const sortLetters = (text: string) => [...text].sort().join('')
