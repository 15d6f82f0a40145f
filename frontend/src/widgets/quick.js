// A small form at the top of a column: Enter makes the card and goes on, Esc leaves.
import { post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'
import { startWidgets } from '../widgets.js'

function shown (list, html) {
  list.querySelector(':scope > .t-quick')?.remove()
  const holder = document.createElement('template')
  holder.innerHTML = html.trim()
  const form = holder.content.firstElementChild
  list.prepend(form)
  startWidgets(form)
  form.querySelector('[aria-invalid=true], :is(input, select, textarea):not([type=hidden])')?.focus()
  return form
}

async function open (list, url) {
  const response = await fetch(new URL(url, location.href))
  if (!response.ok) { toast(await sentence(response), { kind: 'bad' }); return }
  list.closest('[data-section]').removeAttribute('data-folded')
  shown(list, await response.text())
}

function leave (list) {
  list.querySelector(':scope > .t-quick')?.remove()
  list.closest('[data-section]').querySelector('[data-quick]')?.focus()
}

async function send (board, list, form, refresh) {
  const response = await post(form.action, new FormData(form)).catch(() => null)
  if (!response) { toast(word('offline'), { kind: 'bad' }); return }
  if (response.status === 422) { shown(list, await response.text()); return }
  if (!response.ok) { toast(await sentence(response), { kind: 'bad' }); return }
  const { made, title } = await response.json()
  await open(list, list.closest('[data-section]').querySelector('[data-quick]').dataset.quick)
  await refresh(board, made, list)
  const card = list.querySelector(`[data-card="${CSS.escape(String(made))}"]`)
  if (card) list.querySelector(':scope > .t-quick')?.after(card)
  document.getElementById('board-said').textContent = word('made', { title })
}

export function startQuick (board, refresh) {
  board.addEventListener('click', event => {
    const opener = event.target.closest('[data-quick]')
    const list = event.target.closest('[data-section]')?.querySelector('ul[data-column]')
    if (opener && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(list, opener.dataset.quick) }
    if (event.target.closest('[data-leaves]')) leave(list)
  })
  board.addEventListener('submit', event => {
    if (!event.target.matches('[data-quick-form]')) return
    event.preventDefault()
    send(board, event.target.closest('ul[data-column]'), event.target, refresh)
  })
  board.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !event.target.closest('[data-quick-form]')) return
    event.preventDefault()
    leave(event.target.closest('ul[data-column]'))
  })
}
