import type { FastifySwaggerUiConfigOptions } from '@fastify/swagger-ui'
import { LANGUAGES } from './code-samples.ts'

/** A component of the page, and what creates elements of it. */
type Component = (props: ComponentProps) => unknown
interface ComponentProps {
  /** Where the part of the document is that the component shows. */
  specPath: Iterable<string>
}
interface System {
  React: {
    createElement(type: unknown, props: object | null, ...children: unknown[]): unknown
    useState(initial: boolean): [boolean, (value: boolean) => void]
  }
}

/**
 * The extensions of Swagger UI: headers and the example of an error are collapsed, and rendered when they are opened,
 * for an operation has a dozen responses; requests are shown in more languages. Functions are sent to the browser as
 * text, so they must not refer to anything outside, nor name a function within, as `npm run dev` marks those.
 */
const PLUGIN = {
  wrapComponents: {
    headers:
      (Headers: Component, { React }: System) =>
      (props: ComponentProps) => {
        const [isOpen, setOpen] = React.useState(false)
        return React.createElement(
          'details',
          { onToggle: setOpen.bind(null, true) },
          React.createElement('summary', null, 'Headers'),
          isOpen && React.createElement(Headers, props),
        )
      },
    modelExample:
      (ModelExample: Component, { React }: System) =>
      (props: ComponentProps) => {
        const [isOpen, setOpen] = React.useState(false)
        if (!/,responses,[^2]/.test([...props.specPath].join(',')))
          return React.createElement(ModelExample, props)
        return React.createElement(
          'details',
          { onToggle: setOpen.bind(null, true) },
          React.createElement('summary', null, 'Example'),
          isOpen && React.createElement(ModelExample, props),
        )
      },
  },
  fn: Object.fromEntries(
    Object.entries(LANGUAGES).map(([name, { render }]) => [`requestSnippetGenerator_${name}`, render]),
  ),
}

/** The configuration of Swagger UI, of which its types have only a part. */
export const UI_CONFIG = {
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list' as const,
  // The schemas at the end of the page are closed.
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  layout: 'BaseLayout',
  tryItOutEnabled: true,
  requestSnippetsEnabled: true,
  requestSnippets: {
    generators: Object.fromEntries(
      Object.entries(LANGUAGES).map(([name, { label, lang }]) => [
        name,
        { title: label, syntax: lang === 'Shell' ? 'bash' : lang.toLowerCase() },
      ]),
    ),
    languages: Object.keys(LANGUAGES),
    defaultExpanded: true,
  },
  plugins: [PLUGIN as unknown as NonNullable<FastifySwaggerUiConfigOptions['plugins']>[number]],
}

/** Rows of parameters and responses that are no higher than what they say: `/v1/incidents` has more than forty. */
export const STYLE = `
.swagger-ui .parameters > tbody > tr > td.parameters-col_name { padding: 5px 1em 5px 0 }
.swagger-ui .parameters > tbody > tr > td.parameters-col_description { display: flex; gap: 20px; margin: 0; padding-top: 5px }
.swagger-ui .responses-table > tbody > tr > td.response-col_status, .swagger-ui .responses-table > tbody > tr > td { padding: 5px 0 0 }
.swagger-ui .parameter__type, .swagger-ui .parameter__in { display: inline; padding: 0 .5em 0 0 }
.swagger-ui .parameter__deprecated:empty { display: none }
.swagger-ui .parameters-col_description > .renderedMarkdown { flex: 1 }
.swagger-ui .parameters-col_description > :last-child:not(.renderedMarkdown) { flex: 0 0 300px; width: 300px; max-width: 300px }
.swagger-ui .parameters-col_description input { margin: 0; max-width: 230px }
.swagger-ui .parameters-col_description select { margin: 0 }
.swagger-ui .parameters-col_description select[multiple] { height: 62px }
.swagger-ui .renderedMarkdown p { margin: 0 }
.swagger-ui .renderedMarkdown p + p, .swagger-ui .renderedMarkdown ul { margin: .5em 0 }
.swagger-ui .renderedMarkdown code { padding: 1px 4px }
.swagger-ui .response-col_description > details { display: inline-block; margin-right: 1.5em; font-size: 12px }
.swagger-ui .response-col_description > details[open] { display: block }
.swagger-ui .response-col_description summary { cursor: pointer }
.swagger-ui .response-controls:has(option:only-child), .swagger-ui .response-col_links:has(> i:only-child) { display: none }
`
