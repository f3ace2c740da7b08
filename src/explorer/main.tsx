import { render } from 'preact'
import { Explorer } from './explorer.tsx'
import './style.css'

const root = document.getElementById('explorer')
if (root) {
  root.replaceChildren()
  render(<Explorer />, root)
}
