// A select with a search box (tom-select). Remote options come from data-url as {"items": [{value, text, note}]}.
import TomSelect from 'tom-select/base'
import removeButton from 'tom-select/dist/esm/plugins/remove_button/plugin.js'
import { element, word } from '../page.js'
import { touched } from '../forms.js'

TomSelect.define('remove_button', removeButton)

async function fetched (select, query) {
  const url = new URL(select.dataset.url, location.href)
  url.searchParams.set('q', query)
  const response = await fetch(url, { headers: { Accept: 'application/json' } })
  const answer = response.ok ? await response.json() : []
  return (Array.isArray(answer) ? answer : answer.items || []).map(item => ({ ...item, value: String(item.value) }))
}

function line (item) {
  const row = element('div', '', element('span', '', item.text))
  if (item.note) row.append(element('span', 't-option-note', item.note))
  return row
}

const settings = select => ({
  plugins: select.multiple ? ['remove_button'] : [],
  create: select.hasAttribute('data-create'),
  placeholder: select.dataset.placeholder || '',
  hidePlaceholder: true,
  allowEmptyOption: false,
  closeAfterSelect: !select.multiple,
  maxOptions: 100,
  valueField: 'value', labelField: 'text',
  searchField: select.dataset.url ? [] : ['text'],
  ...(select.dataset.url && {
    async load (query, done) {
      const items = await fetched(select, query).catch(() => [])
      const late = query !== this.inputValue() // somebody has typed on, or chosen already
      done(late ? [] : items)
      if (late && !this.inputValue()) this.close()
    },
    shouldLoad: () => true,
    preload: 'focus',
    score: () => () => 1, // the server has ranked them
    sortField: [{ field: '$order' }],
  }),
  render: {
    option: line,
    item: item => element('div', '', item.text),
    no_results: () => element('div', 'no-results', word('nothing')),
    loading: () => element('div', 'no-results', word('searching')),
  },
  onChange () {
    touched(select.form)
    select.dispatchEvent(new Event('change', { bubbles: true }))
  },
})

/** The search waits a moment for more letters: who chooses before it began is not called back, and Enter waits for it. */
function keepUp (box) {
  let hurried = false
  box.on('item_add', () => { clearTimeout(box.refreshTimeout); box.refreshTimeout = null })
  box.control_input.addEventListener('keydown', event => {
    hurried = event.key === 'Enter' && box.inputValue() !== '' && Boolean(box.refreshTimeout || box.loading)
    if (!hurried) return
    event.preventDefault()
    event.stopPropagation()
  }, true)
  const take = () => {
    if (!hurried || box.loading || box.refreshTimeout) return
    hurried = false
    if (box.activeOption) box.onOptionSelect(new Event('keydown'), box.activeOption)
  }
  box.on(box.settings.load ? 'load' : 'type', take)
  box.on('blur', () => { hurried = false; clearTimeout(box.refreshTimeout); box.refreshTimeout = null })
}

export function start (select) {
  const focused = document.activeElement === select
  const label = select.getAttribute('aria-label') || select.labels[0]?.firstChild.textContent.trim() // it takes the label away
  const box = new TomSelect(select, settings(select))
  keepUp(box)
  if (select.dataset.url) box.on('type', () => box.clearOptions(item => box.items.includes(item.value)))
  box.on('dropdown_open', () => { if (!box.wrapper.contains(document.activeElement)) box.close() }) // he has gone on
  // the hidden select stays in the page for the form; it keeps its name too
  if (label) select.setAttribute('aria-label', label)
  if (label) box.control_input.setAttribute('aria-label', label)
  const described = select.getAttribute('aria-describedby')
  if (described) box.control_input.setAttribute('aria-describedby', described)
  if (select.getAttribute('aria-invalid')) box.control_input.setAttribute('aria-invalid', 'true')
  if (focused) box.focus()
}
