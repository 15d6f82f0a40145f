// Theme, contrast and density change at once; the server remembers them for the next page. Folds of the menu stay as left.
import { post } from './page.js'

const root = document.documentElement

function show (name, value) {
  if (name === 'theme' && value === 'auto') delete root.dataset.theme
  else if (name === 'contrast' && value === 'normal') delete root.dataset.contrast
  else root.dataset[name] = value
  document.dispatchEvent(new CustomEvent('look', { detail: { name, value } }))
}

document.addEventListener('submit', event => {
  const { name, value } = event.submitter || {}
  if (!event.target.closest('[data-preferences]') || !['theme', 'contrast', 'density'].includes(name)) return
  event.preventDefault()
  show(name, value)
  for (const choice of event.target.querySelectorAll(`[name="${name}"]`)) {
    choice.setAttribute('aria-checked', String(choice.value === value))
  }
  post(event.target.action, { [name]: value })
})

for (const fold of document.querySelectorAll('[data-fold]')) {
  const key = `fold:${fold.dataset.fold}`
  if (localStorage.getItem(key) === 'open') fold.open = true
  fold.addEventListener('toggle', () => localStorage.setItem(key, fold.open ? 'open' : 'shut'))
}
for (const here of document.querySelectorAll('.t-nav [aria-current], .t-settings > nav [aria-current]')) {
  here.scrollIntoView({ block: 'nearest', inline: 'center' })
}
