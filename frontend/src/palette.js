// Find or do: one box for records, documents and verbs. GET /find?q= answers JSON
// {"groups": [{"label", "items": [{"text", "note", "url", "icon", "end"}]}]}; without JavaScript the same address is a page.
import { element, icon, word } from './page.js'

const WAIT_MS = 120
const palette = document.getElementById('palette')
const input = palette?.querySelector('input')
const results = palette?.querySelector('[role=listbox]')
let timer, asked

export function openPalette (text = '') {
  if (!palette?.showModal) return false
  if (!palette.open) palette.showModal()
  input.value = text
  input.focus()
  input.setSelectionRange(text.length, text.length)
  ask()
  return true
}

function marked (text, query) {
  const at = query ? text.toLowerCase().indexOf(query.toLowerCase()) : -1
  if (at < 0) return [text]
  return [text.slice(0, at), element('mark', '', text.slice(at, at + query.length)), text.slice(at + query.length)]
}

function option (item, query, number) {
  const words = element('span', '', ...marked(item.text, query))
  if (item.note) words.append(' ', element('span', '', ...marked(item.note, query)))
  const link = element('a', 't-op', icon(item.icon || 'arrow-right', false), words, element('span', 't-sm t-num', item.end || ''))
  if (item.url) link.href = item.url // a key of the keyboard leads nowhere
  link.id = `found-${number}`
  link.setAttribute('role', 'option')
  link.tabIndex = -1
  return link
}

function show (groups, query) {
  let number = 0
  results.replaceChildren(...groups.filter(group => group.items.length).map(group => {
    const head = element('div', 't-palette-head', group.label)
    const box = element('div', '', head, ...group.items.map(item => option(item, query, number++)))
    box.setAttribute('role', 'group')
    box.setAttribute('aria-label', group.label)
    return box
  }))
  if (!number && query) results.replaceChildren(element('p', 't-pad t-muted', word('nothing')))
  input.setAttribute('aria-expanded', String(number > 0))
  choose(0)
}

// the letters that this page's own buttons and boxes answer to
function keysOfPage () {
  const named = node => node.getAttribute('aria-label') || node.labels?.[0]?.textContent.trim() || node.placeholder || node.textContent.trim()
  const seen = [...document.querySelectorAll('[data-key]')].filter(node => node.offsetParent)
  return seen.map(node => ({ text: named(node), url: '', icon: 'keyboard', end: node.dataset.key.toUpperCase() }))
}

async function ask () {
  const query = input.value.trim()
  asked?.abort()
  asked = new AbortController()
  const url = new URL(palette.dataset.url, location.href)
  url.searchParams.set('q', query)
  url.searchParams.set('at', location.pathname)
  try {
    const response = await fetch(url, { headers: { Accept: 'application/json' }, signal: asked.signal })
    if (!response.ok) return
    const groups = (await response.json()).groups || []
    if (query === '?') groups[0]?.items.push(...keysOfPage())
    show(groups, query)
  } catch (error) {
    if (error.name !== 'AbortError') throw error
  }
}

const options = () => [...results.querySelectorAll('[role=option]')]

function choose (index) {
  const all = options()
  all.forEach((node, i) => node.setAttribute('aria-selected', String(i === index)))
  const chosen = all[index]
  if (chosen) { input.setAttribute('aria-activedescendant', chosen.id); chosen.scrollIntoView({ block: 'nearest' }) }
}

input?.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, WAIT_MS) })

input?.addEventListener('keydown', event => {
  const all = options()
  const at = all.findIndex(node => node.getAttribute('aria-selected') === 'true')
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    choose((at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length)
  } else if (event.key === 'Escape') {
    event.preventDefault() // a search field would only empty itself
    palette.close()
  } else if (event.key === 'Enter' && all[at]) {
    event.preventDefault()
    all[at].click()
  }
})

document.addEventListener('click', event => {
  if (event.target.closest('[data-opens-palette]') && openPalette()) event.preventDefault()
})
// the field in the frame hands over when it is clicked or typed into, not when Tab passes through it
for (const kind of ['click', 'input']) {
  document.querySelector('[data-find] input')?.addEventListener(kind, event => {
    if (openPalette(event.target.value)) event.target.value = ''
  })
}
