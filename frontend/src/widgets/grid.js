// A grid: Shift adds a key to the order, heads are dragged, drawn wider and moved by keys, groups open where they stand.
// All of it is an address; what is done to the columns is remembered by the server as well.
import { post } from '../page.js'
import { drag } from './dragging.js'
import { startGroups } from './groups.js'

const NARROWEST = 48
const STEP = 24
const PICK = 40

class Grid {
  constructor (table) {
    this.table = table
    this.heads = [...table.tHead.rows[0].querySelectorAll('th[data-path]')]
    this.rtl = getComputedStyle(table).direction === 'rtl'
    table.tHead.addEventListener('click', event => this.clicked(event))
    table.tHead.addEventListener('keydown', event => this.pressed(event))
    for (const head of this.heads) this.arm(head)
    this.keepInView()
    this.back()
  }

  // addresses

  query () { return new URLSearchParams(this.table.dataset.query) }

  /** Go to this list with some things changed; null takes one away. */
  go (changes) {
    const query = this.query()
    for (const [name, value] of Object.entries(changes)) value === null ? query.delete(name) : query.set(name, value)
    if ('group' in changes) query.delete('open')
    this.leave(`${location.pathname}?${query}`, 'columns' in changes || 'widths' in changes)
  }

  /** Follow an address; if it is about the columns, the server remembers them, unless they belong to a saved view. */
  leave (url, isLayout) {
    const { searchParams } = new URL(url, location.href)
    if (isLayout) this.remember(searchParams)
    const focused = document.activeElement?.closest('th[data-path]')?.dataset.path
    const kept = { path: location.pathname, focused, left: this.scroller().scrollLeft }
    sessionStorage.setItem('grid', JSON.stringify(kept))
    location.assign(url)
  }

  remember (values) {
    if ('saved' in this.table.dataset) return
    const sent = {}
    for (const name of ['columns', 'widths', 'sums', 'freeze', 'row']) if (values.has(name)) sent[name] = values.get(name)
    fetchKept(this.table.dataset.columnsUrl, sent)
  }

  /** After the page came anew: the same place, the same head. */
  back () {
    const kept = JSON.parse(sessionStorage.getItem('grid') || 'null')
    sessionStorage.removeItem('grid')
    if (kept?.path !== location.pathname) return
    this.scroller().scrollLeft = kept.left
    if (kept.focused) this.head(kept.focused)?.querySelector('.t-head-button')?.focus({ preventScroll: true })
  }

  scroller () { return this.table.closest('.t-body') || document.scrollingElement }

  paths () { return this.heads.map(head => head.dataset.path) }

  head (path) { return this.heads.find(head => head.dataset.path === path) }

  // clicks and keys

  clicked (event) {
    const link = event.target.closest('a[href]')
    if (!link || event.ctrlKey || event.metaKey) return
    if (this.dragged) {
      event.preventDefault()
      return
    }
    const url = event.shiftKey && link.dataset.also ? link.dataset.also : link.getAttribute('href')
    if (link.hasAttribute('hx-get')) return
    event.preventDefault()
    this.leave(url, 'layout' in link.dataset)
  }

  pressed (event) {
    const head = event.target.closest('th[data-path]')
    if (!head || !event.target.matches('.t-head-button') || !event.key.startsWith('Arrow')) return
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] * (this.rtl ? -1 : 1)
    if (!by || event.altKey || event.metaKey || event.ctrlKey === event.shiftKey) return
    event.preventDefault()
    if (event.ctrlKey) this.step(head, by)
    else this.resize(head, head.offsetWidth + by * STEP)
  }

  step (head, by) {
    const paths = this.paths()
    const at = paths.indexOf(head.dataset.path)
    if (!paths[at + by]) return
    paths.splice(at + by, 0, ...paths.splice(at, 1))
    this.go({ columns: paths.join(',') })
  }

  // dragging a head: to another place, or into the groups

  arm (head) {
    const label = head.querySelector('.t-head-button')
    label.draggable = false
    drag(label, {
      begin: () => { this.dragged = true },
      over: (x, y) => this.show(head, x, y),
      drop: (x, y) => this.dropped(head, x, y),
      end: () => { this.show(head, -1, -1); setTimeout(() => { this.dragged = false }) },
      words: label.textContent.trim(),
    })
    this.armEdge(head)
  }

  bar (x, y) { return document.elementFromPoint(x, y)?.closest('[data-group-bar]') }

  place (x, y) {
    const other = document.elementFromPoint(x, y)?.closest('th[data-path]')
    if (!other || !this.heads.includes(other)) return null
    const box = other.getBoundingClientRect()
    return { other, after: (x > box.left + box.width / 2) !== this.rtl }
  }

  show (head, x, y) {
    const bar = document.querySelector('[data-group-bar]')
    bar?.toggleAttribute('data-over', Boolean(bar && x >= 0 && this.bar(x, y) && head.querySelector('[data-does^=group]')))
    const place = x < 0 ? null : this.place(x, y)
    for (const each of this.heads) {
      each.classList.toggle('t-drop-before', place?.other === each && !place.after && each !== head)
      each.classList.toggle('t-drop-after', place?.other === each && place.after && each !== head)
    }
  }

  dropped (head, x, y) {
    const group = head.querySelector('[data-does^=group]')
    if (this.bar(x, y)) {
      if (group) this.leave(group.getAttribute('href'))
      return
    }
    const place = this.place(x, y)
    if (!place || place.other === head) return
    const paths = this.paths().filter(path => path !== head.dataset.path)
    paths.splice(paths.indexOf(place.other.dataset.path) + (place.after ? 1 : 0), 0, head.dataset.path)
    if (paths.join() !== this.paths().join()) this.go({ columns: paths.join(',') })
  }

  // widths: all columns get one as soon as one is drawn, so that the others stay where they are

  armEdge (head) {
    const edge = head.querySelector('[data-resize]')
    let from, width
    drag(edge, {
      slack: 0,
      begin: x => { this.dragged = true; from = x; this.fix(); width = this.widths().get(head.dataset.path) },
      over: x => this.draw(head, width + (x - from) * (this.rtl ? -1 : 1)),
      drop: () => this.keepWidths(),
      end: () => setTimeout(() => { this.dragged = false }),
    })
    edge.addEventListener('dblclick', () => this.fit(head))
  }

  resize (head, width) {
    this.fix()
    this.draw(head, width)
    this.keepWidths()
  }

  /** From columns that find their own width to columns that have one. */
  fix () {
    if (this.table.classList.contains('t-grid-fixed')) return
    const widths = this.heads.map(head => head.offsetWidth)
    const group = document.createElement('colgroup')
    for (const width of [PICK, ...widths]) group.append(Object.assign(document.createElement('col'), { width: String(width) }))
    this.table.prepend(group)
    this.table.classList.add('t-grid-fixed')
    this.table.setAttribute('width', String(widths.reduce((sum, px) => sum + px, PICK)))
  }

  cols () { return [...this.table.querySelectorAll('col')].slice(1) }

  draw (head, width) {
    this.cols()[this.heads.indexOf(head)].width = String(Math.round(Math.max(NARROWEST, width)))
    this.table.setAttribute('width', String([PICK, ...this.widths().values()].reduce((sum, px) => sum + px)))
    this.keepInView()
  }

  widths () { return new Map(this.cols().map((col, i) => [this.paths()[i], Number(col.width)])) }

  /** A double click on the edge: as wide as what is in the column. */
  fit (head) {
    this.fix()
    const at = head.cellIndex
    const cells = [...this.table.tBodies[0].rows].filter(row => row.classList.contains('t-row')).map(row => row.cells[at])
    const widest = Math.max(head.querySelector('.t-head-button').scrollWidth + 48, ...cells.map(cell => cell.scrollWidth + 4))
    this.resize(head, Math.min(widest, 640))
  }

  /** Widths change no row, so the page stays: its links and its address learn them. */
  keepWidths () {
    const text = [...this.widths()].map(([path, px]) => `${path}:${px}`).join(',')
    const query = this.query()
    query.set('widths', text)
    this.table.dataset.query = `?${query}`
    history.replaceState(history.state, '', `?${query}`)
    this.remember(query)
    for (const link of document.querySelectorAll('.t-main a[href*="?"]')) {
      const url = new URL(link.href)
      if (url.pathname !== location.pathname || url.searchParams.get('part')) continue
      if (link.closest('[data-layout]') && link.dataset.does !== 'hide') url.searchParams.delete('widths')
      url.searchParams.set('widths', text)
      link.setAttribute('href', url.search)
    }
    for (const box of document.querySelectorAll('input[type=hidden][name=widths]')) box.value = text
  }

  // the first columns stay in view: how far from the edge is known only here

  keepInView () {
    const count = Number(this.table.dataset.freeze || 0)
    let left = this.table.tHead.rows[0].cells[0].offsetWidth
    for (let i = 0; i < count; i += 1) {
      this.table.style.setProperty(`--t-keep-${i + 1}`, `${left}px`)
      left += this.heads[i]?.offsetWidth || 0
    }
  }
}

/** A post that outlives the page. */
function fetchKept (url, values) {
  return post(url, values, { keepalive: true }).catch(() => null)
}

/** Levels of the groups change places by dragging. */
function startLevels (grid) {
  const chips = [...document.querySelectorAll('[data-level]')]
  for (const chip of chips) {
    drag(chip, {
      words: chip.textContent.trim(),
      drop (x, y) {
        const other = document.elementFromPoint(x, y)?.closest('[data-level]')
        if (!other || other === chip) return
        const order = chips.filter(each => each !== chip)
        const box = other.getBoundingClientRect()
        order.splice(order.indexOf(other) + (x > box.left + box.width / 2 ? 1 : 0), 0, chip)
        grid.go({ group: order.map(each => each.dataset.level).join(',') })
      },
    })
  }
}

export function start (table) {
  const grid = new Grid(table)
  startLevels(grid)
  startGroups(table)
  document.querySelector('#columns form')?.addEventListener('submit', event => {
    const chosen = [...new FormData(event.target).getAll('columns')]
    const query = grid.query()
    query.set('columns', chosen.join(','))
    grid.remember(query)
  })
  for (const link of document.querySelectorAll('.t-bar a[data-layout]')) {
    link.addEventListener('click', event => { event.preventDefault(); grid.leave(link.href, true) })
  }
  document.querySelector('[data-layout=reset]')?.addEventListener('click', event => {
    event.preventDefault()
    fetchKept(table.dataset.columnsUrl, { reset: '1' }).then(() => location.assign(event.target.href))
  })
}
