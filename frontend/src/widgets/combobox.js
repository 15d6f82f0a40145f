// A select with a search box (tom-select). Remote options come from data-url as {"items": [{value, text, note}]}.
import TomSelect from 'tom-select/base'
import removeButton from 'tom-select/dist/esm/plugins/remove_button/plugin.js'
import { element, icon, word } from '../page.js'
import { quick } from '../quick.js'
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

const does = (select, word) => (select.dataset.quick || '').split(' ').includes(word)
const makes = select => Boolean(select.dataset.new) || select.hasAttribute('data-create')

/** Makes a record called so: in a dialog, or where that does not do on a page beside this one. */
async function made (select, text) {
  if (does(select, 'make')) return quick(select.dataset.new.replace(/new$/, `quick?text=${encodeURIComponent(text)}`))
  open(select.dataset.new, '_blank', 'noopener')
  return null
}

function started (select) {
  if (!select.dataset.new) return select.hasAttribute('data-create')
  return (text, done) => {
    made(select, text).then(item => {
      done(item ? { ...item, value: String(item.value) } : undefined)
      back(select.tomselect)
    })
  }
}

/** Ctrl+Space: corrects the record that is chosen, or makes one; all without leaving the form. */
async function correct (box, select) {
  const value = select.multiple ? '' : select.value
  if (value && does(select, 'edit')) {
    const item = await quick(`${select.dataset.open}${value}/quick`)
    if (item) box.updateOption(value, { ...box.options[value], ...item, value })
    if (item) select.dispatchEvent(new Event('change', { bubbles: true }))
  } else if (!value && makes(select)) {
    const item = await made(select, box.inputValue())
    if (!item) return back(box)
    box.addOption({ ...item, value: String(item.value) })
    box.addItem(String(item.value))
  }
  back(box)
}

/** Where one was before the dialog, with nothing left to choose. */
function back (box) {
  box.setTextboxValue('')
  box.control_input.focus()
  setTimeout(() => { box.clearOptions(item => box.items.includes(item.value)); box.close() }, 50)
}

/** A way to the record that is chosen, for the pointer; Ctrl+Space leads there, too. */
function opener (box, select) {
  if (!select.dataset.open || select.multiple) return
  const link = element('a', 't-open', icon('external-link'))
  link.tabIndex = -1
  link.setAttribute('aria-label', word('open'))
  const follow = () => {
    link.hidden = !/^\d+$/.test(select.value)
    link.href = select.dataset.open + select.value
  }
  box.wrapper.append(link)
  box.on('change', follow)
  follow()
}

const settings = select => ({
  plugins: select.multiple ? ['remove_button'] : [],
  create: started(select),
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
    option_create: (data, _escape) => element('div', 'create', icon('plus'), element('span', '', word('create', { text: data.input }))),
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
  opener(box, select)
  box.control_input.addEventListener('keydown', event => {
    if (event.key !== ' ' || !event.ctrlKey || !select.dataset.quick) return
    event.preventDefault()
    event.stopPropagation()
    correct(box, select)
  }, true)
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
