import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Asked, useApi } from '../shared/api.ts'
import { STRINGS } from '../shared/strings.ts'

/** A name that can be chosen. */
export interface Suggestion {
  id: string
  name: string
  /** What tells it from others of the name. */
  detail: string
}

/** Typing stops for so long before suggestions are asked for, in milliseconds. */
const PAUSE = 150

/** A text field with suggestions (WAI-ARIA combobox with a list). Enter without a choice takes the text as it is. */
export function Combobox<T>({
  label,
  hint,
  path,
  suggestionsOf,
  onChoose,
  onText,
}: {
  label: string
  hint: string
  /** Where suggestions for a text are asked for. */
  path: (text: string) => string
  suggestionsOf: (answer: T) => Suggestion[]
  onChoose: (suggestion: Suggestion) => void
  onText: (text: string) => void
}) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [active, setActive] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const settled = usePause(text.trim())
  const { answer, isWaiting }: Asked<T> = useApi<T>(settled === '' ? null : path(settled))
  const suggestions = settled !== '' && answer ? suggestionsOf(answer) : []
  const isShown = isOpen && settled !== ''

  const finish = () => {
    setText('')
    setOpen(false)
    setActive(-1)
    input.current?.focus()
  }
  const choose = (suggestion: Suggestion) => {
    onChoose(suggestion)
    finish()
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
      const chosen = isShown ? suggestions[active] : undefined
      if (chosen) return choose(chosen)
      onText(text.trim())
      finish()
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
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={suggestion.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Focus stays in the field.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(suggestion)}
          >
            <bdi>{suggestion.name}</bdi> <span class="muted">{suggestion.detail}</span>
          </div>
        ))}
      </div>
      <p class={suggestions.length > 0 ? 'visually-hidden' : 'muted help'} role="status">
        {isShown && !isWaiting
          ? suggestions.length > 0
            ? STRINGS.suggestions(suggestions.length)
            : STRINGS.noSuggestions
          : ''}
      </p>
    </div>
  )
}

function usePause(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
