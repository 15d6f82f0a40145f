// The lines of a document: add from the <template>, remove with undo, move, Enter to go on, and let the server reckon.
import { first, post, word } from './page.js'
import { touched } from './forms.js'
import { toast } from './toasts.js'
import { startWidgets } from './widgets.js'

const WAIT_MS = 250

class Lines {
  constructor (box) {
    this.box = box
    this.body = box.querySelector('[data-lines-body]')
    this.blank = box.querySelector('[data-line-blank]')
    this.form = box.closest('form')
    box.addEventListener('click', event => this.clicked(event))
    box.addEventListener('keydown', event => this.pressed(event))
    box.addEventListener('change', () => this.compute())
    box.addEventListener('input', event => { if (event.target.inputMode === 'decimal') this.compute() })
  }

  rows () { return [...this.body.querySelectorAll('tr[data-line]')] }

  add () {
    const used = this.rows().map(row => Number(row.dataset.line)).filter(Number.isFinite)
    const index = String(Math.max(Number(this.box.dataset.next ?? -1), ...used, -1) + 1)
    this.box.dataset.next = index
    const copy = this.blank.content.cloneNode(true)
    for (const node of copy.querySelectorAll('*')) {
      for (const { name, value } of [...node.attributes]) {
        if (value.includes('__index__')) node.setAttribute(name, value.replaceAll('__index__', index))
      }
    }
    this.body.append(copy)
    const row = this.body.lastElementChild
    startWidgets(row)
    this.number()
    touched(this.form)
    this.focus(row)
    return row
  }

  remove (row) {
    const after = row.nextSibling
    const next = row.nextElementSibling || row.previousElementSibling
    row.remove()
    this.changed()
    if (next) this.focus(next)
    else this.box.querySelector('[data-adds-line]')?.focus()
    toast(word('removed'), { undo: () => { this.body.insertBefore(row, after); this.changed(); this.focus(row) } })
  }

  move (row, by) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    const focused = document.activeElement
    if (by < 0) other.before(row)
    else other.after(row)
    focused.focus()
    this.changed()
  }

  focus (row) {
    const field = row.querySelector('.ts-control input, input:not([type=hidden], .ts-hidden-accessible), select:not(.tomselected), textarea')
    field?.focus()
  }

  number () {
    this.rows().forEach((row, index) => {
      const position = row.querySelector('input[name$="-position"]')
      if (position) position.value = String(index + 1)
    })
  }

  changed () { this.number(); touched(this.form); this.compute() }

  clicked (event) {
    const row = event.target.closest('tr[data-line]')
    if (event.target.closest('[data-adds-line]')) { event.preventDefault(); this.add() }
    else if (row && event.target.closest('[data-removes-line]')) { event.preventDefault(); this.remove(row) }
  }

  pressed (event) {
    const row = event.target.closest('tr[data-line]')
    if (!row) return
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      this.move(row, event.key === 'ArrowUp' ? -1 : 1)
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && event.target.matches('input') && !event.defaultPrevented && !event.target.closest('.ts-wrapper')) {
      event.preventDefault()
      if (row.nextElementSibling) this.focus(row.nextElementSibling)
      else this.add()
    }
  }

  compute () {
    if (!this.box.dataset.computeUrl) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.reckon(), WAIT_MS)
  }

  /** A search box that was left open takes what the server chose for it; one that was filled keeps it. */
  choose (select, fresh) {
    const chosen = fresh.selectedOptions?.[0]
    if (select.value || !chosen?.value) return
    select.tomselect.addOption({ value: chosen.value, text: chosen.textContent })
    select.tomselect.setValue(chosen.value, true)
  }

  /** Whether boxes still hold what the server was told: what was typed since is not overwritten by a late answer. */
  stands (node, sent) {
    const boxes = node.matches('[name]') ? [node] : [...node.querySelectorAll('[name]')]
    return boxes.every(box => box.type === 'checkbox' || box.value === (sent.get(box.name) ?? ''))
  }

  /** The server reckons; each element of its answer replaces the one with its id. A half-filled line is no error here. */
  async reckon () {
    const asked = this.asked = Symbol('asked')
    const sent = new FormData(this.form)
    const response = await post(this.box.dataset.computeUrl, sent).catch(() => null)
    if (!response?.ok || asked !== this.asked) return
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html')
    for (const fresh of answer.body.querySelectorAll('[id]')) {
      const old = document.getElementById(fresh.id)
      if (old?.tomselect) this.choose(old, fresh)
      else if (old && !old.contains(document.activeElement) && this.stands(old, sent)) old.replaceWith(document.importNode(fresh, true))
    }
  }
}

export function startLines (root) {
  root.querySelectorAll('[data-lines]').forEach(box => { if (first(box, 'Lines')) new Lines(box) })
}
