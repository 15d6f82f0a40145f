// What an entry is about, beside it: when, with whom, and what one does with it most.
import { element, icon, word } from '../page.js'

function action (name, text, href, run) {
  const node = element(href ? 'a' : 'button', 't-button', icon(name), text)
  if (href) node.href = href
  else { node.type = 'button'; node.addEventListener('click', run) }
  return node
}

/** A small window beside `anchor` with an entry in it. */
export function peek (anchor, { title, start, allDay, extendedProps: { url, icon: sign, lines, file, clash, edits } }, { locale, movable, move }) {
  document.getElementById('entry-peek')?.remove()
  const when = start.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  const box = element('div', 't-peek')
  box.id = 'entry-peek'
  box.popover = 'auto'
  box.setAttribute('role', 'dialog')
  box.setAttribute('aria-label', title)
  const close = () => box.hidePopover()
  const head = element('h3', '', ...(sign ? [icon(sign)] : []), title)
  box.append(head, element('p', 't-soft', allDay ? `${when}, ${word('all_day').toLowerCase()}` : when))
  for (const line of lines) box.append(element('p', '', line))
  if (clash) box.append(element('p', 't-mark t-mark-late', word('clash')))
  const actions = element('p', 't-row-x')
  if (url) actions.append(action('arrow-right', word('open_entry'), url))
  if (movable) actions.append(action('calendar-time', word('move'), '', () => { close(); move() }))
  if (edits) actions.append(action('pencil', word('only_this'), edits)) // icon
  if (file) actions.append(action('download', '.ics', file))
  box.append(actions)
  document.body.append(box)
  box.addEventListener('toggle', ({ newState }) => { if (newState === 'closed') { box.remove(); anchor.querySelector('a')?.focus() } })
  box.showPopover()
  const { left, right, top } = anchor.getBoundingClientRect()
  const x = right + 6 + box.offsetWidth < innerWidth ? right + 6 : Math.max(6, left - box.offsetWidth - 6)
  box.style.left = `${Math.max(6, Math.min(x, innerWidth - box.offsetWidth - 6))}px`
  box.style.top = `${Math.max(6, Math.min(top, innerHeight - box.offsetHeight - 6))}px`
  actions.querySelector('a, button')?.focus()
}
