// Keys for the whole page. Single letters act only while no field has the focus, and not at all where the person
// switched them off (WCAG 2.1.4); whatever a key does, something on the page does too.
import { element, word } from './page.js'
import { openPalette } from './palette.js'
import { tickCurrent } from './selection.js'

const typing = node => node?.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .ts-wrapper')
const seen = node => node.offsetParent && !node.closest('[inert]')
const first = (...selectors) => selectors.flatMap(each => [...document.querySelectorAll(each)]).find(seen)
const ofRecord = JSON.parse(document.body.dataset.recordKeys || '{}')
const letters = document.body.dataset.singleKeys !== 'off'
const CALENDAR = { d: '.ec-timeGridDay', w: '.ec-timeGridWeek', m: '.ec-dayGridMonth', y: 'a[href*="agenda/year"]', t: '.ec-today' }

function act (node) {
  if (!node) return false
  if (node.matches('input:not([type=checkbox]), select, textarea')) node.focus()
  else node.click()
  return true
}

function save () {
  const form = document.activeElement?.closest?.('form[data-form]') || document.querySelector('dialog[open] form, form[data-form]')
  form?.requestSubmit(document.querySelector(`[data-saves][form="${form.id}"]`) || undefined)
  return Boolean(form)
}

const anew = () => act(first('.t-actions [data-key=n]', '.t-actions [data-key=c]', '.t-actions a[href*="/new"]', '[popovertarget=make]'))
const edit = () => act(first('[data-key=e]', '.t-tabs a[href*="panel=details"]:not([aria-current])', '#record input:not([type=hidden]), #record textarea'))
const neighbour = way => act(first(`.t-actions a[href$="/${way}"]`))

function move (rows, by) {
  const all = [...rows.querySelectorAll('tr')].filter(row => row.querySelector('a[href]') && row.offsetParent)
  const at = all.findIndex(row => row.classList.contains('t-current'))
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))]
  all[at]?.classList.remove('t-current')
  next?.classList.add('t-current')
  next?.scrollIntoView({ block: 'nearest' })
  next?.querySelector('a[href]')?.focus({ preventScroll: true })
  return Boolean(next)
}

function inRows (event) {
  const rows = document.querySelector('[data-rows]')
  if (!rows || !(event.target === document.body || rows.contains(event.target) || event.target.matches('main'))) return false
  const by = { ArrowDown: 1, ArrowUp: -1, ...(letters ? { j: 1, k: -1 } : {}) }[event.key]
  if (by) return move(rows, by)
  if (letters && event.key === 'x' && tickCurrent()) return true
  const box = rows.querySelector('.t-current input[type=checkbox]')
  if ((event.key === ' ' || (letters && event.key === 'x')) && box) { box.click(); return true }
  return false
}

function single (event) {
  const name = event.key.toLowerCase()
  if (event.key === '/') return openPalette()
  if (event.key === '?') return showKeys()
  if (name.length === 1 && act(first(`[data-key="${CSS.escape(name)}"]`))) return true
  if (ofRecord[name]) { location.assign(ofRecord[name].url); return true }
  if (CALENDAR[name] && first('[data-widget=calendar], .t-year')) return act(first(CALENDAR[name]))
  return (name === 'c' && anew()) || (name === 'e' && edit())
}

// the keys of every page, then those of this one, as the page itself offers them
async function showKeys () {
  const dialog = document.getElementById('keys')
  if (!dialog?.showModal || dialog.open) return false
  const response = await fetch('/find?q=%3F', { headers: { Accept: 'application/json' } })
  if (!response.ok) return false
  const named = node => node.getAttribute('aria-label') || node.labels?.[0]?.textContent.trim() || node.placeholder || node.textContent.trim()
  const buttons = [...document.querySelectorAll('[data-key]')].filter(seen).map(node => [named(node), node.dataset.key])
  const taken = new Set(buttons.map(([, key]) => key))
  const here = [...buttons, ...Object.entries(ofRecord).filter(([key]) => !taken.has(key)).map(([key, { label }]) => [label, key])]
  const everywhere = (await response.json()).groups[0].items.map(item => [item.text, item.end])
  const row = ([text, keys]) => element('div', '', element('dt', '', text), element('dd', '', ...keys.split('  ').map(key => element('span', 't-key', key))))
  const list = (title, rows) => rows.length ? [element('h3', 't-palette-head', title), element('dl', 't-keys', ...rows.map(row))] : []
  dialog.querySelector('.t-dialog-body').replaceChildren(...list(word('here'), here), ...list(word('everywhere'), everywhere))
  dialog.showModal()
  return true
}

function escape (event) {
  if (document.querySelector('dialog[open], :popover-open')) return false
  if (typing(event.target)) { event.target.blur(); return false }
  const clear = document.querySelector('[data-selection]:not([hidden]) [data-clears]')
  clear?.click()
  return Boolean(clear)
}

function withAlt (event) {
  const name = event.code.replace(/^Key/, '').toLowerCase() // Alt makes other letters of some keyboards
  return { c: anew, s: save, n: () => neighbour('next'), p: () => neighbour('previous') }[name]?.()
}

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.isComposing) return
  const command = event.ctrlKey || event.metaKey
  const name = event.key.toLowerCase()
  document.documentElement.toggleAttribute('data-hints', event.key === 'Alt')
  const dialog = document.querySelector('dialog[open]')
  let done = false
  if (command && name === 'k') done = openPalette()
  else if (command && name === 's') done = save()
  else if (event.key === 'Escape') done = escape(event)
  else if (event.altKey && !command && !dialog) done = withAlt(event)
  else if (!command && !event.altKey && !dialog && !typing(event.target)) done = inRows(event) || (letters && single(event))
  if (done) event.preventDefault()
})
for (const name of ['keyup', 'blur']) {
  addEventListener(name, event => { if (event.key === 'Alt' || name === 'blur') document.documentElement.removeAttribute('data-hints') })
}

document.addEventListener('click', event => {
  if (event.target.closest('[data-shows-keys]')) { event.preventDefault(); showKeys() }
})

// the server keeps which records somebody had before him for a moment, so that he finds them again
const at = /^\/(?!settings|imports|reports)(\w+)\/(\w+)\/(\d+)$/.exec(location.pathname)
if (at && document.body.dataset.singleKeys) setTimeout(remember, 1200)
function remember () {
  if (document.visibilityState !== 'visible') return
  const headers = { ...JSON.parse(document.body.getAttribute('hx-headers:inherited') || '{}') }
  fetch('/find/seen', { method: 'POST', keepalive: true, headers, body: new URLSearchParams({ model: `${at[1]}/${at[2]}`, id: at[3] }) }).catch(() => {})
}
