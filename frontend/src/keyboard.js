// Keys for the whole page. Single letters act only while no field has the focus (WCAG 2.1.4: they are all on buttons too).
import { openPalette } from './palette.js'
import { tickCurrent } from './selection.js'

const typing = node => node?.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .ts-wrapper')

function save () {
  const form = document.activeElement?.closest?.('form[data-form]') || document.querySelector('dialog[open] form, form[data-form]')
  form?.requestSubmit(document.querySelector(`[data-saves][form="${form.id}"]`) || undefined)
  return Boolean(form)
}

function moveRow (rows, event) {
  const all = [...rows.querySelectorAll('tr')].filter(row => row.querySelector('a[href]') && row.offsetParent)
  const at = all.findIndex(row => row.classList.contains('t-current'))
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = all[Math.max(0, Math.min(all.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))]
    all[at]?.classList.remove('t-current')
    next?.classList.add('t-current')
    next?.scrollIntoView({ block: 'nearest' })
    next?.querySelector('a[href]')?.focus({ preventScroll: true })
    return Boolean(next)
  }
  if (event.key === ' ' && at >= 0) {
    all[at].querySelector('input[type=checkbox]')?.click()
    return true
  }
  return false
}

function single (event) {
  if (event.key === '/') return openPalette()
  if (event.key === '?') return openPalette('?')
  const pressed = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)].find(node => node.offsetParent)
  if (pressed?.matches('input:not([type=checkbox]), select, textarea')) { pressed.focus(); return true }
  if (pressed) { pressed.click(); return true }
  if (event.key.toLowerCase() === 'x' && tickCurrent()) return true
  const rows = document.querySelector('[data-rows]')
  const free = event.target === document.body || rows?.contains(event.target) || event.target.matches('main')
  return Boolean(rows && free && moveRow(rows, event))
}

function escape (event) {
  if (document.querySelector('dialog[open], :popover-open')) return false
  if (typing(event.target)) { event.target.blur(); return false }
  const clear = document.querySelector('[data-selection]:not([hidden]) [data-clears]')
  clear?.click()
  return Boolean(clear)
}

document.addEventListener('keydown', event => {
  if (event.defaultPrevented) return
  const command = event.ctrlKey || event.metaKey
  let done = false
  if (command && event.key.toLowerCase() === 'k') done = openPalette()
  else if (command && event.key.toLowerCase() === 's') done = save()
  else if (event.key === 'Escape') done = escape(event)
  else if (!command && !event.altKey && !typing(event.target)) done = single(event)
  if (done) event.preventDefault()
})

document.addEventListener('click', event => {
  if (event.target.closest('[data-shows-keys]')) openPalette('?')
})
