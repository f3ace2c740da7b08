import { Type } from '../../validation/schema.ts'
import { component, list, text } from '../../validation/types.ts'

/** Schema of a hint. */
export const Hint = component(
  'Hint',
  {
    parameter: text(100, { description: 'The parameter that the hint is about.' }),
    message: text(1000, { description: 'Human-readable advice.' }),
    suggestions: list(text(500, { description: 'A value that is known.' }), {
      description: 'The nearest known values, nearest first.',
      maxItems: 10,
    }),
    query: Type.Optional(
      text(1000, {
        description: 'What to give instead of the parameter, as a query string: other parameters.',
      }),
    ),
  },
  { description: 'Advice on a query that is permitted and finds less than was probably meant.' },
)
/** Advice on a query that is valid but probably not what the client meant. */
export interface Hint {
  parameter: string
  message: string
  suggestions: string[]
  query?: string
}
