// A form that knows what is unsaved: says since when, guards the way out, and lets a button work only once.
import { first, word } from './page.js'

const changed = new Set()
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })

function note (form) {
  const place = document.querySelector(`[data-unsaved="${CSS.escape(form.id)}"]`)
  if (!place) return
  place.toggleAttribute('data-shown', changed.has(form))
  place.textContent = changed.has(form) ? word('unsaved', { time: clock.format(new Date()) }) : ''
}

export function touched (form) {
  if (!form?.matches('[data-form]') || changed.has(form)) return
  changed.add(form)
  form.dataset.changed = '1'
  note(form)
}

function settled (form) {
  changed.delete(form)
  delete form.dataset.changed
  note(form)
}

function start (form) {
  if (!first(form, 'Form')) return
  for (const kind of ['input', 'change']) {
    form.addEventListener(kind, event => { if (event.isTrusted || event.detail?.typed) touched(form) })
  }
  form.addEventListener('submit', event => {
    if (event.defaultPrevented) return
    settled(form)
    // a second click would post twice; the name of the button must still be sent, so it is disabled a tick later
    setTimeout(() => { if (event.submitter && !event.defaultPrevented) event.submitter.setAttribute('aria-disabled', 'true') })
  })
}

/** A control by itself, or the box that stands in its place. */
function focus (control) {
  if (control?.tomselect) control.tomselect.focus()
  else control?.focus()
}

const controls = root => [...root.querySelectorAll('.t-control')].filter(node => node.matches('input, select, textarea') && node.type !== 'hidden' && (node.offsetParent || node.tomselect))

export function startForms (root) {
  root.querySelectorAll('form[data-form]').forEach(start)
  for (const form of changed) if (!form.isConnected) changed.delete(form)
}

document.addEventListener('click', event => {
  if (event.target.closest('[data-discard]')) changed.clear()
  const tired = event.target.closest('button[type=submit][aria-disabled=true]')
  if (tired) event.preventDefault()
}, true)

addEventListener('beforeunload', event => {
  for (const form of changed) if (!form.isConnected) changed.delete(form)
  if (changed.size) event.preventDefault()
})
// back to a page kept by the browser: its buttons must work again
addEventListener('pageshow', () => {
  document.querySelectorAll('form[data-form] [aria-disabled], [data-saves][aria-disabled]').forEach(node => node.removeAttribute('aria-disabled'))
})

// an error leads to its control; a form that was refused begins at the first of them
document.addEventListener('click', event => {
  const fault = event.target.closest('a[data-fault]')
  const control = fault && document.getElementById(fault.hash.slice(1))
  if (!control) return
  event.preventDefault()
  focus(control)
})

export function focusFault (root) {
  const control = root.querySelector('form[data-form] [aria-invalid=true]')
  focus(control)
  return Boolean(control)
}

function pressed (event) {
  if (event.ctrlKey && event.key === 'Enter') {
    const form = document.activeElement?.closest?.('form[data-form]') || document.querySelector('form#record')
    form?.requestSubmit(document.querySelector(`[data-saves][form="${CSS.escape(form.id)}"]`) || undefined)
    return Boolean(form)
  }
  if (event.altKey && !event.ctrlKey && !document.querySelector('dialog[open]')) {
    const link = document.querySelector(`[data-neighbour="${CSS.escape(event.code)}"]`)
    link?.click()
    return Boolean(link)
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, [contenteditable], dialog, [popover]')) return false
  if (event.key === 'e') {
    const form = document.querySelector('form#record')
    const first = form && controls(form)[0]
    focus(first)
    return Boolean(first)
  }
  if (event.key === 'Escape' && changed.size) {
    const discard = document.querySelector('[data-discard]')
    if (discard && window.confirm(word('discard'))) discard.click()
    return Boolean(discard)
  }
  return false
}

document.addEventListener('keydown', event => {
  if (!event.defaultPrevented && pressed(event)) event.preventDefault()
})
