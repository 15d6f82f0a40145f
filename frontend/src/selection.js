// Tick boxes of a grid: the bar appears with a count and the sums, shift-click ticks a range, the head ticks all of the page,
// a button all that match; what has to be asked first is asked in a dialog.
import { element, first, icon, post, sentence, word } from './page.js'
import { toast } from './toasts.js'
import { startWidgets } from './widgets.js'

const SUM_WAIT_MS = 200

function start (form) {
  if (!first(form, 'Selection')) return
  const boxes = () => [...form.querySelectorAll('input[type=checkbox][name=id]')]
  const all = form.querySelector('[data-select-all]')
  const bar = form.querySelector('[data-selection]') || document.querySelector('[data-selection]')
  const matching = bar?.querySelector('[data-all-matching]')
  const everything = matching?.querySelector('input')
  const sums = bar?.querySelector('[data-selected-sums]')
  let last = null
  let timer
  let turn = 0

  function show () {
    const list = boxes()
    const ticked = list.filter(box => box.checked)
    if (everything?.checked && ticked.length < list.length) everything.checked = false
    for (const box of list) box.closest('tr, li')?.setAttribute('aria-selected', String(box.checked))
    if (bar) bar.hidden = ticked.length === 0
    if (!everything?.checked) count(String(ticked.length))
    if (all) { all.checked = ticked.length > 0 && ticked.length === list.length; all.indeterminate = ticked.length > 0 && !all.checked }
    if (matching) {
      matching.hidden = !everything.checked && !(all?.checked && Number(matching.dataset.total) > list.length)
      matching.setAttribute('aria-pressed', String(everything.checked))
    }
    if (sums) { sums.textContent = ''; clearTimeout(timer); if (ticked.length) timer = setTimeout(add, SUM_WAIT_MS) }
  }

  const count = text => bar?.querySelectorAll('[data-selected-count]').forEach(node => { node.textContent = text })

  async function add () {
    const mine = ++turn
    const values = new FormData(form)
    values.set('action', 'sums')
    const answer = await post(form.getAttribute('action'), values).catch(() => null)
    const told = answer?.ok ? await answer.json().catch(() => null) : null
    if (!told || mine !== turn) return
    count(told.text)
    sums.replaceChildren(...told.sums.map(each => element('span', '', `${each.label} `, element('b', '', each.text))))
  }

  form.addEventListener('click', event => {
    const box = event.target.closest('input[type=checkbox][name=id]')
    if (!box) return
    if (event.shiftKey && last) {
      const list = boxes()
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b)
      list.slice(from, to + 1).forEach(other => { other.checked = box.checked })
    }
    last = box
    show()
  })
  all?.addEventListener('change', () => { boxes().forEach(box => { box.checked = all.checked }); show() })
  everything?.addEventListener('change', () => { boxes().forEach(box => { box.checked = everything.checked || box.checked }); show() })
  bar?.querySelector('[data-clears]')?.addEventListener('click', event => {
    event.preventDefault()
    if (everything) everything.checked = false
    boxes().forEach(box => { box.checked = false })
    show()
  })
  form.addEventListener('submit', event => {
    if (everything?.checked && event.submitter?.matches('[name=action]:not([data-asks], [data-keeps])') &&
      !window.confirm(word('all_sure', { what: event.submitter.textContent.trim(), count: matching.dataset.count }))) {
      event.preventDefault()
      return
    }
    if (!event.submitter?.matches('[data-asks]')) return
    event.preventDefault()
    ask(form.getAttribute('action'), new FormData(form, event.submitter))
  })
  document.addEventListener('htmx:after:swap', () => { if (form.isConnected) { if (everything?.checked) boxes().forEach(box => { box.checked = true }); show() } })
  show()
}

/** Show in a dialog what the server asks before it does something to many records. */
async function ask (url, values) {
  const answer = await fetch(url, { method: 'POST', body: values, headers: { 'HX-Request': 'true', 'X-CSRFToken': values.get('csrf_token') } }).catch(() => null)
  if (!answer?.ok && answer?.status !== 422) {
    toast(answer ? await sentence(answer) : word('offline'), { kind: 'bad' })
    return
  }
  let dialog = document.getElementById('bulk')
  if (!dialog) {
    dialog = element('dialog', 't-dialog')
    dialog.id = 'bulk'
    document.body.append(dialog)
  }
  const close = element('button', 't-mini', icon('x'))
  close.type = 'button'
  close.dataset.closes = ''
  close.setAttribute('aria-label', word('close'))
  const body = element('div', 't-dialog-body')
  body.innerHTML = await answer.text()
  const form = body.querySelector('[data-bulk]')
  const title = element('h2', 't-grow', form?.dataset.title || '')
  title.id = 'bulk-title'
  dialog.setAttribute('aria-labelledby', 'bulk-title')
  dialog.replaceChildren(element('header', '', title, close), body)
  form?.addEventListener('submit', event => {
    if (event.submitter?.name === 'go') return
    event.preventDefault()
    ask(url, new FormData(form))
  })
  form?.querySelector('a[data-closes]')?.addEventListener('click', event => event.preventDefault())
  startWidgets(dialog)
  if (!dialog.open) dialog.showModal()
  const controls = [...form?.querySelectorAll('input:not([type=hidden]), select, textarea') || []]
  controls.find(each => each.id !== 'bulk-field')?.focus()
}

/** `x` ticks the row that the keys are at. */
export function tickCurrent () {
  const row = document.activeElement?.closest?.('[data-rows] tr') || document.querySelector('[data-rows] tr.t-current')
  const box = row?.querySelector('input[type=checkbox][name=id]')
  box?.click()
  return Boolean(box)
}

export function startSelection (root) {
  root.querySelectorAll('[data-selects]').forEach(start)
}
