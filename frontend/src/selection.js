// Tick boxes of a grid: the bar appears with a count, shift-click ticks a range, the head ticks all.
import { first } from './page.js'

function start (form) {
  if (!first(form, 'Selection')) return
  const boxes = () => [...form.querySelectorAll('input[type=checkbox][name=id]')]
  const all = form.querySelector('[data-select-all]')
  const bar = form.querySelector('[data-selection]') || document.querySelector('[data-selection]')
  let last = null

  function show () {
    const ticked = boxes().filter(box => box.checked)
    for (const box of boxes()) box.closest('tr, li')?.setAttribute('aria-selected', String(box.checked))
    if (bar) bar.hidden = ticked.length === 0
    bar?.querySelectorAll('[data-selected-count]').forEach(node => { node.textContent = String(ticked.length) })
    if (all) { all.checked = ticked.length > 0 && ticked.length === boxes().length; all.indeterminate = ticked.length > 0 && !all.checked }
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
  bar?.querySelector('[data-clears]')?.addEventListener('click', event => {
    event.preventDefault()
    boxes().forEach(box => { box.checked = false })
    show()
  })
  show()
}

export function startSelection (root) {
  root.querySelectorAll('[data-selects]').forEach(start)
}
