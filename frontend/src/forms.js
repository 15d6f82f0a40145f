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
