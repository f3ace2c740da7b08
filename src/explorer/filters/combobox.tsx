import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useApi } from '../shared/api.ts'
import { STRINGS } from '../shared/strings.ts'

/** An entry of the list. */
interface Suggestion {
  id: string
  name: string
  /** Distinguishes entries of the same name: kind, country, number of records. */
  detail: string
}

/** Time without a keystroke before suggestions are requested. */
const DEBOUNCE_MS = 150

/** A text field with suggestions (WAI-ARIA combobox with a list). Enter without a selection takes the text as it is. */
export function Combobox<T>({
  label,
  hint,
  buildPath,
  readSuggestions,
  onSelect,
  onText,
}: {
  label: string
  hint: string
  /** Builds the path of the request for suggestions. */
  buildPath: (text: string) => string
  readSuggestions: (result: T) => Suggestion[]
  onSelect: (suggestion: Suggestion) => void
  onText: (text: string) => void
}) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [active, setActive] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const query = useDebounced(text.trim())
  const { result, isLoading } = useApi<T>(query === '' ? null : buildPath(query))
  const suggestions = query !== '' && result ? readSuggestions(result) : []
  const isShown = isOpen && query !== ''

  const reset = () => {
    setText('')
    setOpen(false)
    setActive(-1)
    input.current?.focus()
  }
  const select = (suggestion: Suggestion) => {
    onSelect(suggestion)
    reset()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 }
    const step = steps[event.key]
    if (step && suggestions.length > 0) {
      event.preventDefault()
      setOpen(true)
      setActive((active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length)
    } else if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault()
      const selected = isShown ? suggestions[active] : undefined
      if (selected) return select(selected)
      onText(text.trim())
      reset()
    } else if (event.key === 'Escape' && isShown) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
  }

  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        dir="auto"
        placeholder={hint}
        value={text}
        aria-expanded={isShown}
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setActive(-1)
          setOpen(true)
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} hidden={!isShown || suggestions.length === 0}>
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={suggestion.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Keeps the focus in the input.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => select(suggestion)}
          >
            <bdi>{suggestion.name}</bdi> <span class="muted">{suggestion.detail}</span>
          </div>
        ))}
      </div>
      <p class={suggestions.length > 0 ? 'visually-hidden' : 'muted help'} role="status">
        {isShown && !isLoading
          ? suggestions.length > 0
            ? STRINGS.suggestions(suggestions.length)
            : STRINGS.noSuggestions
          : ''}
      </p>
    </div>
  )
}

function useDebounced(text: string): string {
  const [debounced, setDebounced] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), DEBOUNCE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return debounced
}
