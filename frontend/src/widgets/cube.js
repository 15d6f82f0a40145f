// A cube: its fields are dragged between zones (SortableJS), its cells walked by keys; menus and links do the same without.
// Each change is an address of its own, so going there keeps where one was: scroll, and what had the focus.
import Sortable from 'sortablejs'

const ZONES = ['rows', 'cols', 'slice', 'measures']
const KEPT = 'tandem.cube'

function go (url) {
  const box = document.querySelector('.t-cube-wrap')
  const key = document.activeElement?.closest?.('[data-path]')?.dataset.path || ''
  const id = document.activeElement?.id || ''
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, x: box?.scrollLeft || 0, y: box?.scrollTop || 0, key, id }))
  } catch { /* no storage: the page begins at its top */ }
  location.assign(url)
}

function restore () {
  let was
  try {
    was = JSON.parse(sessionStorage.getItem(KEPT) || 'null')
    sessionStorage.removeItem(KEPT)
  } catch { return }
  if (was?.path !== location.pathname) return
  const box = document.querySelector('.t-cube-wrap')
  box?.scrollTo(was.x, was.y)
  const chip = was.key ? document.querySelector(`[data-path="${CSS.escape(was.key)}"] .t-chip-menu`) : null
  const focused = chip || (was.id ? document.getElementById(was.id) : null)
  focused?.focus({ preventScroll: true })
}

function dropped (zones) {
  const url = new URL(location.href)
  const now = name => [...zones.querySelectorAll(`[data-zone="${name}"] > [data-path]`)].map(node => node.dataset.path)
  const before = name => (url.searchParams.get(name) || '').split(',').filter(Boolean).join()
  const were = { rows: before('rows'), cols: before('cols') }
  for (const name of ZONES) {
    const paths = now(name)
    if (paths.length || name === 'rows' || name === 'cols') url.searchParams.set(name, paths.join(','))
    else url.searchParams.delete(name)
  }
  // groups of other fields are shut by nobody
  if (url.searchParams.get('rows') !== were.rows) for (const name of ['depth', 'flip']) url.searchParams.delete(name)
  if (url.searchParams.get('cols') !== were.cols) for (const name of ['cdepth', 'cflip', 'at']) url.searchParams.delete(name)
  go(url.href)
}

function startZones (zones) {
  const quiet = matchMedia('(prefers-reduced-motion: reduce)').matches
  for (const list of zones.querySelectorAll('[data-zone]')) {
    Sortable.create(list, {
      group: list.dataset.zone === 'measures' ? 'measures' : 'fields', draggable: '[data-path]',
      filter: '.t-menu', preventOnFilter: false, animation: quiet ? 0 : 140, delay: 180, delayOnTouchOnly: true,
      ghostClass: 't-ghost', dragClass: 't-lift',
      onStart: () => zones.toggleAttribute('data-dragging', true),
      onEnd: event => {
        zones.toggleAttribute('data-dragging', false)
        if (event.from !== event.to || event.oldIndex !== event.newIndex) dropped(zones)
      },
    })
  }
}

const ACTS = { ArrowLeft: 'left', ArrowRight: 'right', Delete: 'remove', r: 'to-rows', c: 'to-cols', f: 'to-slice' }

function chipKey (event) {
  const chip = event.target.closest?.('.t-cube-chip')
  const act = ACTS[event.key]
  if (!chip || !act || event.target.closest('.t-menu') || (event.key !== 'Delete' && !event.altKey)) return
  const link = chip.querySelector(`[data-act="${act}"]`)
  if (!link) return
  event.preventDefault()
  go(link.href)
}

// cells

const stops = row => [...row.querySelectorAll('.t-fig, th[scope=row]')]
const target = cell => cell.querySelector('a') || cell

function visit (cell) {
  if (!cell) return false
  const node = target(cell)
  node.tabIndex = -1
  for (const other of cell.closest('table').querySelectorAll('[data-here]')) other.removeAttribute('data-here')
  cell.setAttribute('data-here', '')
  node.focus({ preventScroll: true })
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  return true
}

function cellKey (event) {
  const cell = event.target.closest?.('.t-fig, tbody th[scope=row], tfoot th[scope=row]')
  if (!cell || event.altKey || event.metaKey) return
  const row = cell.parentElement
  const rows = [...cell.closest('table').querySelectorAll('tbody tr, tfoot tr')]
  const cells = stops(row)
  const at = cells.indexOf(cell)
  const line = rows.indexOf(row)
  const twist = row.querySelector('th .t-twist')
  let to
  if (event.key === 'ArrowRight') to = cells[at + 1]
  else if (event.key === 'ArrowLeft') to = cells[at - 1]
  else if (event.key === 'ArrowDown') to = rows[line + 1] && stops(rows[line + 1])[at]
  else if (event.key === 'ArrowUp') to = rows[line - 1] && stops(rows[line - 1])[at]
  else if (event.key === 'Home') to = event.ctrlKey ? stops(rows[0])[0] : cells[0]
  else if (event.key === 'End') to = event.ctrlKey ? stops(rows.at(-1)).at(-1) : cells.at(-1)
  else if (event.key === 'PageDown') to = stops(rows[Math.min(rows.length - 1, line + 15)])[at]
  else if (event.key === 'PageUp') to = stops(rows[Math.max(0, line - 15)])[at]
  else if (twist && '+-'.includes(event.key) && (event.key === '+') === (twist.getAttribute('aria-expanded') === 'false')) {
    event.preventDefault()
    twist.focus({ preventScroll: true })
    return go(twist.href)
  } else return
  event.preventDefault()
  event.stopPropagation()
  visit(to)
}

function startCells (table) {
  const links = [...table.querySelectorAll('tbody .t-fig a, tfoot .t-fig a')]
  links.forEach((link, index) => { link.tabIndex = index ? -1 : 0 })
  table.addEventListener('keydown', cellKey)
}

// values of a filter

async function choose (url) {
  const dialog = document.getElementById('cube-values')
  const body = document.getElementById('cube-values-body')
  const response = await fetch(url, { headers: { 'HX-Request': 'true' } })
  if (!response.ok || !dialog?.showModal) return location.assign(url)
  const part = new DOMParser().parseFromString(await response.text(), 'text/html')
  body.replaceChildren(...part.body.childNodes)
  dialog.showModal()
  body.querySelector('input:not([type=hidden])')?.focus()
}

function narrow (box) {
  const word = box.value.trim().toLocaleLowerCase()
  for (const item of document.querySelectorAll(box.dataset.filters)) {
    item.hidden = Boolean(word) && !item.textContent.toLocaleLowerCase().includes(word)
  }
}

export function start (zones) {
  startZones(zones)
  document.querySelectorAll('[data-figures]').forEach(startCells)
  document.addEventListener('keydown', chipKey)
  document.addEventListener('input', event => { if (event.target.matches('[data-filters]')) narrow(event.target) })
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
    const values = event.target.closest?.('[data-values]')
    const link = event.target.closest?.('a[data-cube], .t-cube-zones .t-menu a')
    if (!values && !link) return
    event.preventDefault()
    if (values) choose(values.href)
    else go(link.href)
  })
  restore()
}
