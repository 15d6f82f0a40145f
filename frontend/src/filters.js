// The form that asks for a condition opens when its body has come; its boxes follow the operator that is chosen.
import { first } from './page.js'

function suit (form) {
  form.querySelector('noscript')?.remove() // what was fetched holds its button, which would be the form's first
  const sign = form.querySelector('[data-sign]')?.value
  for (const box of form.querySelectorAll('[data-for-signs]')) {
    const on = !sign || box.dataset.forSigns.split(' ').includes(sign)
    box.hidden = !on
    for (const field of box.querySelectorAll('input, select')) field.disabled = !on
  }
}

/** The address says all that the list shows, whatever form brought it here, so that it can be kept and sent. */
function address () {
  const said = document.querySelector('[data-address]')?.dataset.address
  if (said && said !== location.search) history.replaceState(history.state, '', said === '?' ? location.pathname : said)
}

/** Whoever narrows by a box goes on in it when the list has come anew. */
function box () {
  document.querySelector('[data-narrow]')?.addEventListener('submit', () => {
    if (document.activeElement?.matches('.t-boxes *')) sessionStorage.setItem('box', document.activeElement.id)
  })
  const last = document.getElementById(sessionStorage.getItem('box') || '')
  sessionStorage.removeItem('box')
  last?.focus({ preventScroll: true })
  last?.select?.()
}

export function startFilters (root) {
  if (root === document && first(document.body, 'Address')) { address(); box() }
  const body = document.getElementById('ask-body')
  if (body && first(body, 'Filters')) {
    body.addEventListener('change', event => { if (event.target.matches('[data-sign]')) suit(body) })
    if (body.childElementCount) open(body)
  } else if (body && (root === document || root.contains?.(body)) && body.childElementCount) suit(body)
}

function open (body) {
  suit(body)
  const dialog = body.closest('dialog')
  if (dialog.matches(':modal')) return
  if (dialog.open) dialog.close() // a page without script shows it as it is
  for (const menu of document.querySelectorAll('.t-menu:popover-open')) menu.hidePopover()
  dialog.showModal()
  body.querySelector('select, input:not([type=hidden])')?.focus()
}

document.addEventListener('htmx:after:swap', () => {
  const body = document.getElementById('ask-body')
  if (body?.childElementCount && body.dataset.asked !== undefined) { delete body.dataset.asked; open(body) } else if (body) suit(body)
})
document.addEventListener('click', event => {
  if (event.target.closest('[hx-target="#ask-body"]')?.matches('a')) document.getElementById('ask-body').dataset.asked = ''
})
