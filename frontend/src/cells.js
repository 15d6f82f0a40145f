// Cells of a list are filled in where they stand. Nothing is prepared: a box is fetched when its cell is opened, so a list
// costs no more than before. Enter or F2 opens, Tab goes on, Enter saves and goes down, Esc restores.
import { csrf, element, post, sentence, word } from './page.js'
import { toast } from './toasts.js'
import { startWidgets } from './widgets.js'

const phone = matchMedia('(max-width: 767.98px)')
const FORM = 'cell-form'
let open = null // the one cell that is being filled in: {cell, html, version, before}
let busy = false

const tableOf = node => node?.closest?.('table[data-cells]')
const rowOf = cell => cell.closest('tr')
const idOf = row => row?.querySelector('input[name=id]')?.value
const paths = table => table.dataset.cells.split(',')
const pathOf = cell => paths(tableOf(cell))[cell.cellIndex - 1] || ''
const isFree = cell => Boolean(cell && pathOf(cell) && idOf(rowOf(cell)) && !rowOf(cell).dataset.frozen)
const rowsOf = table => [...table.querySelectorAll('tbody tr')].filter(row => idOf(row) && row.offsetParent)
const addressOf = cell => `${tableOf(cell).closest('form').getAttribute('action')}${idOf(rowOf(cell))}/cell/${encodeURIComponent(pathOf(cell))}`

function holder () {
  let form = document.getElementById(FORM)
  if (!form) {
    form = element('form')
    form.id = FORM
    form.hidden = true
    form.addEventListener('submit', event => event.preventDefault())
    document.body.append(form)
  }
  return form
}

export function makeCurrent (row) {
  row?.closest('tbody')?.querySelectorAll('tr.t-current').forEach(other => other.classList.remove('t-current'))
  row?.classList.add('t-current')
}

/** The cell under the keys: it has the focus, and is reached by the arrows. */
function stand (cell) {
  if (!cell) return
  makeCurrent(rowOf(cell))
  cell.tabIndex = -1
  cell.focus({ preventScroll: true })
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

function boxIn (cell) {
  return cell.querySelector('.ts-control input') || cell.querySelector('input:not([type=hidden]), select, textarea')
}

function typed () {
  const values = new FormData(holder())
  return [...values].map(([name, value]) => `${name}=${value}`).join('&')
}

async function enter (cell) {
  if (open && !open.cell.isConnected) open = null // its list was drawn anew
  if (busy || open?.cell === cell) return false
  if (open && !(await leave())) return false
  busy = true
  const answer = await fetch(addressOf(cell), { headers: { ...csrf(), Accept: 'text/html', 'X-Requested-With': 'fetch', 'HX-Request': 'true' } }).catch(() => null)
  busy = false
  if (!answer?.ok) {
    if (answer?.status === 409) rowOf(cell).dataset.frozen = '1'
    toast(answer ? await sentence(answer) : word('offline'), { kind: 'warn' })
    stand(cell)
    return false
  }
  const box = element('template')
  box.innerHTML = await answer.text()
  const version = box.content.querySelector('[data-version]')?.dataset.version
  if (!version) { location.reload(); return false } // logged out meanwhile: the door is shown
  holder()
  open = { cell, html: cell.innerHTML, version }
  makeCurrent(rowOf(cell))
  cell.replaceChildren(box.content)
  cell.dataset.open = ''
  startWidgets(cell)
  open.before = typed()
  const control = boxIn(cell)
  control?.focus()
  if (control?.matches('input[type=text], input[inputmode]')) control.select()
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return true
}

function close (html) {
  const { cell } = open
  open = null
  delete cell.dataset.open
  cell.querySelectorAll('select').forEach(select => select.tomselect?.destroy())
  cell.innerHTML = html
  return cell
}

/** Restore what stood there. */
function restore () {
  if (!open) return
  stand(close(open.html))
}

/** The row as the server draws it now; its tick and its place stay. */
function redraw (row, markup) {
  const holderOf = element('template')
  holderOf.innerHTML = `<table><tbody>${markup}</tbody></table>`
  const fresh = holderOf.content.querySelector('tr')
  if (!fresh) return
  const box = row.querySelector('input[name=id]')
  const tick = fresh.querySelector('input[name=id]')
  if (box && tick) tick.replaceWith(box)
  row.replaceChildren(...fresh.children)
}

function refuse (message, told = {}) {
  const { cell } = open
  cell.querySelector('[data-cell-notice]')?.remove()
  const note = element('div', 't-cell-notice', element('p', '', message))
  note.dataset.cellNotice = ''
  note.id = 'cell-notice'
  note.setAttribute('role', 'alert')
  const control = boxIn(cell)
  control?.setAttribute('aria-invalid', 'true')
  control?.setAttribute('aria-describedby', 'cell-notice')
  const button = (label, act) => {
    const made = element('button', 't-button', label)
    made.type = 'button'
    made.addEventListener('click', act)
    return made
  }
  if (told.conflict) {
    note.append(
      button(word('keep_mine'), async () => { open.version = told.version; if (await leave()) stand(cell) }),
      button(word('take_theirs'), () => { const row = rowOf(cell); const at = cell.cellIndex; close(''); redraw(row, told.row); stand(row.cells[at]) }),
    )
  } else note.append(button(word('restore'), restore))
  cell.append(note)
  control?.focus()
}

/** Save what was typed; true when the cell is done with. */
async function leave () {
  if (!open?.cell.isConnected) { open = null; return true }
  if (busy) return false
  const { cell, html, before, version } = open
  if (typed() === before && !cell.querySelector('[data-cell-notice]')) { close(html); return true }
  busy = true
  cell.dataset.saving = ''
  const body = new FormData(holder())
  body.set('version', version)
  body.set('back', tableOf(cell).closest('form').querySelector('input[name=back]')?.value || '')
  const answer = await post(addressOf(cell), body).catch(() => null)
  const told = answer?.headers.get('Content-Type')?.includes('json') ? await answer.json().catch(() => ({})) : {}
  busy = false
  delete cell.dataset.saving
  if (!answer?.ok) {
    refuse(answer ? told.message || told.detail || word('refused') : word('offline'), told)
    return false
  }
  const row = rowOf(cell)
  close('')
  redraw(row, told.row)
  if (told.foot) row.closest('table').tFoot.innerHTML = told.foot
  if (told.undo) toast(told.text, { undo: told.undo, replaces: 'cell' })
  return true
}

/** The next cell of the table that may be filled in, over the ends of rows. */
function neighbour (row, at, step) {
  const table = tableOf(row)
  const known = paths(table)
  const rows = rowsOf(table)
  let y = rows.indexOf(row)
  let x = at + step
  while (y >= 0 && y < rows.length) {
    for (; x >= 1 && x <= known.length; x += step) if (known[x - 1] && !rows[y].dataset.frozen) return rows[y].cells[x]
    y += step
    x = step > 0 ? 1 : known.length
  }
  return null
}

function below (row, at, step) {
  const rows = rowsOf(tableOf(row))
  return rows[rows.indexOf(row) + step]?.cells[at] || null
}

async function goOn (choose) {
  const { cell } = open
  const [row, at] = [rowOf(cell), cell.cellIndex]
  if (!(await leave())) return
  const next = choose(row, at)
  if (next && isFree(next)) await enter(next)
  else stand(next || row.cells[at])
}

function keysInBox (event) {
  // who has neither typed nor moved in the list chooses nothing from it
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') open.moved = true
  const listed = (open.moved || event.target.value) && open.cell.querySelector('.ts-wrapper.dropdown-active .option.active')
  if (event.key === 'Escape') {
    restore()
  } else if (event.key === 'Tab') {
    goOn((row, at) => neighbour(row, at, event.shiftKey ? -1 : 1))
  } else if (event.key === 'Enter' && !event.isComposing && !(listed && !event.ctrlKey) && !event.target.matches('button')) {
    if (event.target.matches('textarea') && event.shiftKey) return
    goOn((row, at) => below(row, at, event.shiftKey ? -1 : 1))
  } else return
  event.preventDefault()
  event.stopPropagation()
}

function firstFree (row) {
  const known = paths(tableOf(row))
  return [...row.cells].find((cell, at) => at > 0 && known[at - 1])
}

function keysInGrid (event) {
  const table = tableOf(event.target)
  const cell = event.target.closest('td')
  if (!table || !cell || event.ctrlKey || event.metaKey || event.altKey) return
  const row = rowOf(cell)
  const onCell = event.target === cell
  if (event.key === 'F2') {
    const goal = isFree(cell) ? cell : firstFree(row)
    if (!goal || !isFree(goal)) return
    enter(goal)
  } else if (event.key === 'Enter' && onCell) {
    if (isFree(cell)) enter(cell)
    else row.querySelector('a.t-name')?.click()
  } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
    const next = row.cells[cell.cellIndex + (event.key === 'ArrowRight' ? 1 : -1)]
    if (!next) return
    stand(next)
  } else if (onCell && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    const next = below(row, cell.cellIndex, event.key === 'ArrowDown' ? 1 : -1)
    if (!next) return
    stand(next)
  } else return
  event.preventDefault()
  event.stopPropagation()
}

document.addEventListener('keydown', event => {
  if (open?.cell.contains(event.target)) keysInBox(event)
  else keysInGrid(event)
}, true)

document.addEventListener('click', event => {
  const cell = event.target.closest?.('td')
  const table = tableOf(cell)
  if (!table || open?.cell === cell || event.target.closest('a, button, input, select, label')) return
  if (phone.matches) { if (!cell.matches('.t-pick')) rowOf(cell).querySelector('a.t-name')?.click(); return }
  if (event.shiftKey || event.ctrlKey || event.metaKey || String(getSelection())) return
  if (isFree(cell)) enter(cell)
  else if (idOf(rowOf(cell))) makeCurrent(rowOf(cell))
})

// a click beside the box saves, as in a spreadsheet
document.addEventListener('pointerdown', event => {
  if (!open || open.cell.contains(event.target) || event.target.closest('.ts-dropdown, #toasts, dialog')) return
  if (tableOf(event.target) && event.target.closest('td') && !event.target.closest('a, button, input')) return // the click goes on to another cell
  leave()
})

addEventListener('beforeunload', event => { if (open && typed() !== open.before) event.preventDefault() })

// says to the eye, once the pointer is there, what can be filled in
document.addEventListener('pointerover', event => {
  const cell = event.target.closest?.('td')
  if (cell && tableOf(cell)) cell.toggleAttribute('data-free', isFree(cell))
})
