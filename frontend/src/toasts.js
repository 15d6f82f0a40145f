// Short messages at the foot: flashes that came with the page, and `toast` events from HX-Trigger headers.
import { element, first, icon, word } from './page.js'
import { takeBack } from './undo.js'

const STAYS_MS = 8000

function leave (toast) {
  toast.dataset.leaving = '1'
  setTimeout(() => toast.remove(), 200)
}

function arm (toast) {
  if (!first(toast, 'Toast')) return
  let timer
  const wait = () => { timer = setTimeout(() => leave(toast), STAYS_MS) }
  const hold = () => clearTimeout(timer)
  toast.addEventListener('pointerenter', hold)
  toast.addEventListener('focusin', hold)
  toast.addEventListener('pointerleave', wait)
  toast.addEventListener('focusout', wait)
  toast.querySelector('[data-closes]')?.addEventListener('click', () => leave(toast))
  // a refusal stays until it is read
  if (!['error', 'danger', 'bad'].includes(toast.dataset.toast)) wait()
}

/** kind: good, warn or bad; undo: a function, or the address to post to; replaces: messages of this name go first. */
export function toast (text, { kind = 'good', undo, replaces } = {}) {
  if (replaces) document.querySelectorAll(`#toasts [data-replaced="${replaces}"]`).forEach(node => node.remove())
  const close = element('button', 't-mini', icon('x'))
  close.type = 'button'
  close.dataset.closes = ''
  close.setAttribute('aria-label', word('close'))
  const node = element('div', 't-toast', icon(kind === 'good' ? 'check' : 'alert-triangle'), element('span', '', text))
  if (undo) {
    const button = element('button', 't-button', word('undo'))
    button.type = 'button'
    button.dataset.undoes = ''
    button.addEventListener('click', () => {
      leave(node)
      if (typeof undo === 'function') undo()
      else takeBack(undo)
    })
    node.append(button)
  }
  node.append(close)
  node.dataset.toast = kind
  if (replaces) node.dataset.replaced = replaces
  document.getElementById('toasts')?.append(node)
  arm(node)
}

export function startToasts (root) {
  root.querySelectorAll('[data-toast]').forEach(arm)
}

document.addEventListener('toast', event => {
  const { text, value, kind, undo } = event.detail
  toast(text || value, { kind, undo })
})
