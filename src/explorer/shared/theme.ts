import { useEffect, useState } from 'preact/hooks'

const DARK = matchMedia('(prefers-color-scheme: dark)')

/** Whether the page is light or dark; what is drawn on a canvas has to be drawn again when it changes. */
export function useTheme(): 'light' | 'dark' {
  const [isDark, setDark] = useState(DARK.matches)
  useEffect(() => {
    const read = () => setDark(DARK.matches)
    DARK.addEventListener('change', read)
    return () => DARK.removeEventListener('change', read)
  }, [])
  return isDark ? 'dark' : 'light'
}

/** A colour of the style sheet, for a canvas. */
export function colour(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
