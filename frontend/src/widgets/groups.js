// Groups of a grid open and shut where they stand: only what is in the group is fetched; the address tells what is open.
const depth = row => Number(row.dataset.depth)

/** The rows below a group's, up to the next group that is not inside it. */
function inside (row) {
  const found = []
  for (let next = row.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches('.t-group') && depth(next) <= depth(row)) break
    found.push(next)
  }
  return found
}

/** The table's own query and the page's address say what is open now. */
function tell (table) {
  const open = [...table.querySelectorAll('tr.t-group')].filter(row => row.querySelector('[aria-expanded=true]')).map(row => JSON.parse(row.dataset.trail))
  const query = new URLSearchParams(table.dataset.query)
  if (open.length) query.set('open', JSON.stringify(open))
  else query.delete('open')
  table.dataset.query = `?${query}`
  history.replaceState(history.state, '', `?${query}`)
  for (const back of document.querySelectorAll('#ticked [name=back]')) back.value = `?${query}`
}

async function toggle (table, link) {
  const row = link.closest('tr')
  const isOpen = link.getAttribute('aria-expanded') === 'true'
  link.setAttribute('aria-expanded', String(!isOpen))
  if (isOpen) inside(row).forEach(each => each.remove())
  else await window.htmx.ajax('GET', link.dataset.part, { target: row, swap: 'afterend' })
  tell(table)
}

export function startGroups (table) {
  table.addEventListener('click', event => {
    const link = event.target.closest('.t-twist[data-part]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    toggle(table, link)
  })
  table.addEventListener('keydown', event => {
    const link = event.target.closest('.t-twist[data-part]')
    const wanted = { ArrowRight: 'false', ArrowLeft: 'true', ' ': link?.getAttribute('aria-expanded') }[event.key]
    if (!link || event.ctrlKey || wanted !== link.getAttribute('aria-expanded')) return
    event.preventDefault()
    event.stopPropagation()
    toggle(table, link)
  })
}
