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
    load: (query, done) => fetched(select, query).then(done, () => done()),
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

export function start (select) {
  const focused = document.activeElement === select
  const label = select.getAttribute('aria-label') || select.labels[0]?.firstChild.textContent.trim() // it takes the label away
  const box = new TomSelect(select, settings(select))
  if (select.dataset.url) box.on('type', () => box.clearOptions(item => box.items.includes(item.value)))
  // the hidden select stays in the page for the form; it keeps its name too
  if (label) select.setAttribute('aria-label', label)
  if (label) box.control_input.setAttribute('aria-label', label)
  const described = select.getAttribute('aria-describedby')
  if (described) box.control_input.setAttribute('aria-describedby', described)
  if (select.getAttribute('aria-invalid')) box.control_input.setAttribute('aria-invalid', 'true')
  if (focused) box.focus()
}
