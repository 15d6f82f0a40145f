// The short form of a record in a dialog: for a box that found none, or whose record needs a correction.
import { csrf, element, icon, word } from './page.js'
import { startForms } from './forms.js'
import { startWidgets } from './widgets.js'

const PART = { 'HX-Request': 'true', Accept: 'application/json, text/html;q=0.9' }
let count = 0

function shown (body, html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const form = page.querySelector('form')
  if (!form) return null
  count += 1 // ids of the form behind must stay the only ones
  for (const node of form.querySelectorAll('[id], [for], [aria-describedby]')) {
    for (const name of ['id', 'for', 'aria-describedby']) {
      if (node.hasAttribute(name)) node.setAttribute(name, node.getAttribute(name).split(' ').map(id => `q${count}-${id}`).join(' '))
    }
  }
  form.querySelectorAll('a[href^="#"]').forEach(link => link.setAttribute('href', `#q${count}-${link.hash.slice(1)}`))
  form.id = `q${count}`
  body.replaceChildren(document.importNode(form, true))
  startForms(body)
  startWidgets(body)
  return body.firstElementChild
}

function first (form) {
  const wrong = form.querySelector('[aria-invalid=true]')
  if (wrong?.tomselect) return wrong.tomselect.focus()
  const node = wrong || form.querySelector('input.t-control:not([type=hidden]), .t-control')
  node?.focus()
  node?.select?.()
}

/** Resolves with {value, text, note} of the record that was saved, or with null. */
export async function quick (url) {
  const response = await fetch(url, { headers: PART }).catch(() => null)
  if (!response?.ok) return null
  const dialog = element('dialog', 't-dialog')
  const title = element('h2', 't-grow')
  const close = element('button', 't-mini', icon('x'))
  close.type = 'button'
  close.dataset.closes = ''
  close.setAttribute('aria-label', word('close'))
  const body = element('div', 't-dialog-form')
  dialog.append(element('header', '', title, close), body)
  document.body.append(dialog)
  let form = shown(body, await response.text())
  if (!form) { dialog.remove(); return null }
  title.textContent = form.dataset.title
  title.id = `q${count}-title`
  dialog.setAttribute('aria-labelledby', title.id)
  dialog.showModal()
  first(form)
  return new Promise(resolve => {
    let answer = null
    dialog.addEventListener('submit', async event => {
      event.preventDefault()
      event.stopPropagation()
      const sent = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { ...csrf(), ...PART } }).catch(() => null)
      if (sent?.ok && sent.headers.get('Content-Type')?.includes('json')) {
        answer = await sent.json()
        dialog.close()
      } else if (sent) {
        form = shown(body, await sent.text()) || form
        first(form)
      }
    })
    dialog.addEventListener('close', () => { dialog.remove(); resolve(answer) })
  })
}
