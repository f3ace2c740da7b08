import { useEffect, useState } from 'preact/hooks'

const DARK = matchMedia('(prefers-color-scheme: dark)')

/** Follows the colour scheme of the browser; canvases must be redrawn when it changes. */
export function useTheme(): 'light' | 'dark' {
  const [isDark, setDark] = useState(DARK.matches)
  useEffect(() => {
    const update = () => setDark(DARK.matches)
    DARK.addEventListener('change', update)
    return () => DARK.removeEventListener('change', update)
  }, [])
  return isDark ? 'dark' : 'light'
}

/** Reads a colour of the style sheet for use on a canvas. */
export function readColour(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
