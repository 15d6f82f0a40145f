// Find or do: one box for records, places and things to do. GET /find?q= answers JSON
// {"groups": [{"name", "label", "items": [{"text", "parts", "note", "note_parts", "url", "icon", "end", "mark", "then"}]}],
//  "kinds": [{"name", "label", "count"}], "asks"}; without JavaScript the same address is a page.
import { element, icon, word } from './page.js'

const WAIT_MS = 90
const palette = document.getElementById('palette')
const input = palette?.querySelector('input')
const results = palette?.querySelector('[role=listbox]')
const scopes = palette?.querySelector('.t-scopes')
const told = palette?.querySelector('[role=status]')
let timer, asked, answer, kind = '', then = ''
// what is shown answers an older question; Enter came before the answer and waits for it
let isOld = false, hurried = null

export function openPalette (text = '') {
  if (!palette?.showModal) return false
  if (!palette.open) palette.showModal()
  ;[kind, then] = ['', '']
  input.value = text
  input.focus()
  input.setSelectionRange(text.length, text.length)
  ask()
  return true
}

function pieces (parts, text) {
  return parts?.length ? parts.map(([piece, hit]) => hit ? element('mark', '', piece) : piece) : [text]
}

function option (item, number) {
  const words = element('span', '', ...pieces(item.parts, item.text))
  if (item.note) words.append(' ', element('span', '', ...pieces(item.note_parts, item.note)))
  const end = element('span', item.mark ? `t-sm t-mark t-mark-${item.mark}` : 't-sm t-num', item.end || '')
  const link = element('a', 't-op', icon(item.icon || 'arrow-right', false), words, end)
  link.href = item.url
  link.id = `found-${number}`
  link.setAttribute('role', 'option')
  link.tabIndex = -1
  if (item.then) link.addEventListener('click', event => { event.preventDefault(); lookFor(item.then) })
  return link
}

// a verb was chosen: next, which record it is done to
function lookFor (verb) {
  ;[then, kind, input.value] = [verb, '', '']
  input.focus()
  ask()
}

function show () {
  let number = 0
  const groups = answer.groups.filter(group => group.items.length && (!kind || group.name === kind))
  results.replaceChildren(...groups.map(group => {
    const head = element('div', 't-palette-head', group.label)
    head.setAttribute('aria-hidden', 'true')
    const box = element('div', '', head, ...group.items.map(item => option(item, number++)))
    box.setAttribute('role', 'group')
    box.setAttribute('aria-label', group.label)
    return box
  }))
  if (!number && input.value.trim()) results.replaceChildren(element('p', 't-pad t-muted', word('nothing')))
  else if (!number) results.replaceChildren(element('p', 't-pad t-muted', then ? word('which') : word('ask')))
  input.setAttribute('aria-expanded', String(number > 0))
  told.textContent = word('hits', { count: number })
  showKinds()
  choose(0)
}

function showKinds () {
  const kinds = answer.kinds || []
  const asking = answer.asks ? [element('span', 't-chip', element('b', '', answer.asks))] : []
  const buttons = kinds.length > 1 ? [{ name: '', label: word('all') }, ...kinds].map(each => {
    const button = element('button', 't-chip', each.label, ...(each.count ? [' ', element('span', 't-num t-muted', each.count)] : []))
    button.type = 'button'
    button.tabIndex = -1
    button.setAttribute('aria-pressed', String(each.name === kind))
    button.addEventListener('click', () => choosing(each.name))
    return button
  }) : []
  scopes.replaceChildren(...asking, ...buttons)
  scopes.hidden = !scopes.children.length
}

// one kind shows more of it than all kinds together do
function choosing (name) {
  kind = name
  input.focus()
  ask()
}

function nextKind (by) {
  const names = ['', ...(answer?.kinds || []).map(each => each.name)]
  if (names.length < 3) return false
  choosing(names[(names.indexOf(kind) + by + names.length) % names.length])
  scopes.querySelector('[aria-pressed=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return true
}

function follow ({ apart }) {
  hurried = null
  const chosen = results.querySelector('[role=option][aria-selected=true]')
  if (chosen && apart) window.open(chosen.href)
  else chosen?.click()
}

async function ask () {
  const query = input.value.trim()
  isOld = true
  asked?.abort()
  asked = new AbortController()
  const url = new URL(palette.dataset.url, location.href)
  for (const [name, value] of Object.entries({ q: query, at: location.pathname, kind, then })) if (value) url.searchParams.set(name, value)
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' }, signal: asked.signal })
    if (!response.ok) return
    answer = await response.json()
    isOld = query !== input.value.trim() // somebody has typed on before this answer came
    show()
    if (hurried && !isOld) follow(hurried)
  } catch (error) {
    if (error.name !== 'AbortError') { results.replaceChildren(element('p', 't-pad t-bad', word(navigator.onLine ? 'failed' : 'offline'))) }
  }
}

const options = () => [...results.querySelectorAll('[role=option]')]

function choose (index) {
  const all = options()
  all.forEach((node, i) => node.setAttribute('aria-selected', String(i === index)))
  const chosen = all[index]
  if (chosen) { input.setAttribute('aria-activedescendant', chosen.id); chosen.scrollIntoView({ block: 'nearest' }) } else input.removeAttribute('aria-activedescendant')
}

input?.addEventListener('input', () => { kind = ''; isOld = true; hurried = null; clearTimeout(timer); timer = setTimeout(ask, WAIT_MS) })

input?.addEventListener('keydown', event => {
  const all = options()
  const at = all.findIndex(node => node.getAttribute('aria-selected') === 'true')
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[event.key]
  if (to !== undefined && all.length) {
    event.preventDefault()
    choose((to + all.length) % all.length)
  } else if (event.key === 'Tab') {
    if (nextKind(event.shiftKey ? -1 : 1)) event.preventDefault()
  } else if (event.key === 'Escape') {
    event.preventDefault() // a search field would only empty itself
    palette.close()
  } else if (event.key === 'Backspace' && !input.value && then) {
    then = ''
    ask()
  } else if (event.key === 'Enter' && (isOld || all[at])) {
    event.preventDefault()
    hurried = { apart: event.ctrlKey || event.metaKey }
    if (!isOld) follow(hurried)
  }
})

document.addEventListener('click', event => {
  if (event.target.closest('[data-opens-palette]') && openPalette()) event.preventDefault()
})
// the field in the frame hands over when it is clicked or typed into, not when Tab passes through it
for (const name of ['click', 'input']) {
  document.querySelector('[data-find] input')?.addEventListener(name, event => {
    if (openPalette(event.target.value)) event.target.value = ''
  })
}
