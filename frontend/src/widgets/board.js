// Cards are dragged between columns (SortableJS), moved by Ctrl and an arrow key, or by their menu; columns fold and grow.
import Sortable from 'sortablejs'
import { ask } from '../asking.js'
import { post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'
import { startWidgets } from '../widgets.js'
import { startFolding } from './folding.js'
import { startQuick } from './quick.js'

const cardsIn = list => [...list.querySelectorAll(':scope > [data-card]')]
const lists = board => [...board.querySelectorAll('ul[data-column]')].filter(list => list.offsetParent)
const title = card => card.querySelector('a')?.textContent.trim() || ''

function say (text) {
  const place = document.getElementById('board-said')
  if (place) place.textContent = text
}

/** Heads and one card as they are after a change. */
export async function refresh (board, number, into) {
  const url = new URL(board.dataset.address + `&part=moved&card=${number}`, location.href)
  const response = await fetch(url, { headers: { Accept: 'application/json' } })
  if (!response.ok) return
  const { heads, card } = await response.json()
  for (const section of board.querySelectorAll('[data-section]')) {
    const [count, sum] = heads[section.dataset.section] || [0, '']
    section.querySelector('[data-count]').textContent = count
    section.querySelector('[data-sum]').textContent = sum
  }
  const old = board.querySelector(`[data-card="${CSS.escape(String(number))}"]`)
  const holder = document.createElement('template')
  holder.innerHTML = card.trim()
  const fresh = holder.content.firstElementChild
  const focused = old?.contains(document.activeElement)
  if (old && fresh) old.replaceWith(fresh)
  else if (old) old.remove()
  else if (fresh) into?.prepend(fresh)
  if (fresh) startWidgets(fresh)
  if (focused) fresh?.querySelector('a')?.focus()
}

function refused (board, item, from, next, text) {
  from.insertBefore(item, next?.isConnected ? next : null)
  say(text)
  toast(text, { kind: 'bad' })
}

function offerBack (board, item, to, back, act) {
  const undo = act || (back === null ? undefined : () => {
    const now = board.querySelector(`[data-card="${CSS.escape(item.dataset.card)}"]`)
    const list = board.querySelector(`ul[data-column="${CSS.escape(back)}"]`)
    if (now && list) place(board, now, list, cardsIn(list)[0] || null, false)
  })
  toast(word('moved', { title: title(item), column: to.dataset.label }), { undo })
}

/** Puts a card into a column before another card, and asks the server, which may refuse. */
export async function place (board, item, to, before, tells = true, from = item.parentElement, next = item.nextElementSibling) {
  const across = from !== to
  if (across && to.dataset.asks) {
    from.insertBefore(item, next?.isConnected ? next : null)
    const url = `${board.dataset.url}${item.dataset.card}/${to.dataset.asks}`
    ask(url, { title: `${title(item)}: ${to.dataset.label}`, done: () => location.reload() })
    return
  }
  if (across && 'closed' in to.dataset) {
    refused(board, item, from, next, word('closed', { column: to.dataset.label }))
    return
  }
  const focused = item.contains(document.activeElement)
  if (item.parentElement !== to || item.nextElementSibling !== before) to.insertBefore(item, before || to.querySelector(':scope > [data-more]'))
  if (focused) item.querySelector('a')?.focus()
  const values = { card: item.dataset.card, by: board.dataset.by }
  if (across) values.column = to.dataset.column
  if ('ordered' in board.dataset) values.before = before?.dataset.card || ''
  if (Object.keys(values).length === 2) { from.insertBefore(item, next?.isConnected ? next : null); return }
  try {
    const response = await post(board.dataset.url, values)
    if (!response.ok) {
      refused(board, item, from, next, await sentence(response))
      return
    }
    const { back, undo } = await response.json()
    say(word('moved', { title: title(item), column: to.dataset.label }))
    if (across) await refresh(board, item.dataset.card, to)
    if (across && tells) offerBack(board, item, to, back, undo)
  } catch {
    refused(board, item, from, next, word('offline'))
  }
}

function step (board, card, key) {
  const own = card.closest('ul[data-column]')
  const all = lists(board)
  const at = all.indexOf(own)
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const to = all[at + (key === 'ArrowLeft' ? -1 : 1)]
    if (to) place(board, card, to, cardsIn(to)[0] || null)
    return Boolean(to)
  }
  if (!('ordered' in board.dataset)) return false
  const cards = cardsIn(own)
  const index = cards.indexOf(card)
  const before = key === 'ArrowUp' ? cards[index - 1] : cards[index + 2] || null
  if (key === 'ArrowUp' ? !before : index + 1 >= cards.length) return false
  place(board, card, own, before)
  return true
}

function walk (board, card, key) {
  const own = card.closest('ul[data-column]')
  const all = lists(board)
  const cards = cardsIn(own)
  const at = cards.indexOf(card)
  let next
  if (key === 'ArrowUp') next = cards[at - 1]
  if (key === 'ArrowDown') next = cards[at + 1]
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const by = key === 'ArrowLeft' ? -1 : 1
    for (let i = all.indexOf(own) + by; all[i] && !next; i += by) next = cardsIn(all[i])[Math.min(at, cardsIn(all[i]).length - 1)]
  }
  next?.querySelector('a')?.focus()
  next?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return Boolean(next)
}

function onKey (board, event) {
  if (!event.key.startsWith('Arrow') || event.altKey || event.target.closest('.t-menu, input, select, textarea')) return
  const card = event.target.closest('[data-card]')
  if (!card) {
    if (event.target === board) board.querySelector('[data-card] a')?.focus()
    return
  }
  const done = event.ctrlKey || event.metaKey ? 'moves' in card.dataset && step(board, card, event.key) : walk(board, card, event.key)
  if (done) event.preventDefault()
}

// the menu's own form works without this; with it the page stays where it is
function onMenu (board, event) {
  const card = event.target.closest('[data-card]')
  const button = event.submitter || event.target.closest('[data-step]')
  if (!card || !button) return
  event.preventDefault()
  card.querySelector('.t-menu')?.hidePopover?.()
  card.querySelector('a')?.focus()
  if (button.dataset.step) step(board, card, button.dataset.step === '-1' ? 'ArrowUp' : 'ArrowDown')
  else {
    const to = board.querySelector(`ul[data-column="${CSS.escape(button.value)}"]`)
    if (to) place(board, card, to, cardsIn(to)[0] || null)
  }
}

function onAsking (board, event) {
  const link = event.target.closest('[data-card-moves] a[href]')
  if (!link || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  link.closest('.t-menu')?.hidePopover?.()
  ask(link.href, { title: `${title(link.closest('[data-card]'))}: ${link.textContent.trim()}`, done: () => location.reload() })
}

// more cards when the end of a column comes into view
function startGrowing (board) {
  const watch = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      watch.unobserve(target)
      fetch(new URL(target.dataset.more, location.href)).then(async response => {
        if (!response.ok) return
        const holder = document.createElement('template')
        holder.innerHTML = await response.text()
        const next = holder.content.querySelector('[data-more]')
        target.replaceWith(holder.content)
        if (next) watch.observe(next)
      }).catch(() => {})
    }
  }, { root: null, rootMargin: '200px' })
  board.querySelectorAll('[data-more]').forEach(node => watch.observe(node))
}

export function start (board) {
  for (const column of board.querySelectorAll('ul[data-column]')) {
    let next = null
    Sortable.create(column, {
      group: 'board', draggable: '[data-moves]', filter: 'button, form, .t-menu', preventOnFilter: false,
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 140,
      delay: 180, delayOnTouchOnly: true, ghostClass: 't-ghost', dragClass: 't-lift', sort: true,
      onStart: ({ item }) => { next = item.nextElementSibling },
      onEnd: ({ item, from, to, oldIndex, newIndex }) => {
        if (from === to && oldIndex === newIndex) return
        const before = item.nextElementSibling?.matches('[data-card]') ? item.nextElementSibling : null
        place(board, item, to, before, true, from, next)
      },
    })
  }
  board.addEventListener('keydown', event => onKey(board, event))
  board.addEventListener('submit', event => { if (event.target.matches('[data-card-moves]')) onMenu(board, event) })
  board.addEventListener('click', event => { if (event.target.closest('[data-step]')) onMenu(board, event); else onAsking(board, event) })
  startGrowing(board)
  startFolding(board)
  startQuick(board, refresh)
}
