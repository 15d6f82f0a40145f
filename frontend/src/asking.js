// A page with one form, asked in a dialog: a verb that needs an answer, a new record. Without JavaScript it is a page.
import { csrf, element, icon, sentence, word } from './page.js'
import { startForms } from './forms.js'
import { toast } from './toasts.js'
import { startWidgets } from './widgets.js'

function fill (body, html) {
  body.innerHTML = html
  startForms(body)
  startWidgets(body)
  window.htmx?.process?.(body)
  body.querySelector('[aria-invalid=true], :is(input, select, textarea):not([type=hidden], [tabindex="-1"])')?.focus()
}

async function send (dialog, body, form, submitter, url, done) {
  const values = new FormData(form, submitter || undefined)
  const target = form.getAttribute('action') || url
  const headers = { ...csrf(), 'HX-Request': 'true', 'X-Requested-With': 'fetch' }
  const response = await fetch(target, { method: 'POST', body: values, headers, redirect: 'manual' })
  const told = response.ok && response.headers.get('Content-Type')?.includes('json')
  if (response.type === 'opaqueredirect' || told) {
    const answer = told ? await response.json() : {}
    dialog.dataset.done = '1'
    dialog.close()
    done(answer)
    return
  }
  if (response.status >= 400 && ![409, 422].includes(response.status) || response.headers.get('Content-Type')?.includes('json')) {
    toast(await sentence(response), { kind: 'bad' })
    return
  }
  fill(body, await response.text())
}

/** Asks what stands at `url`; `done` when it was taken, `left` when it was not. */
export async function ask (url, { title = '', done = () => {}, left = () => {}, ready = () => {} } = {}) {
  const response = await fetch(url, { headers: { 'HX-Request': 'true' } })
  if (!response.ok || response.redirected) { location.assign(url); return }
  const close = element('button', 't-mini', icon('x'))
  close.type = 'button'
  close.dataset.closes = ''
  close.setAttribute('aria-label', word('close'))
  const body = element('div', 't-dialog-body')
  const dialog = element('dialog', 't-dialog t-dialog-page', element('header', '', element('h2', 't-grow', title), close), body)
  dialog.setAttribute('aria-label', title)
  document.body.append(dialog)
  dialog.addEventListener('close', () => {
    if (!dialog.dataset.done) left()
    dialog.remove()
  })
  dialog.addEventListener('click', event => {
    if (event.target.closest('[data-discard]')) { event.preventDefault(); dialog.close() }
  })
  dialog.addEventListener('submit', event => {
    event.preventDefault()
    send(dialog, body, event.target, event.submitter, url, done)
  })
  ready(dialog)
  dialog.showModal()
  fill(body, await response.text())
}
