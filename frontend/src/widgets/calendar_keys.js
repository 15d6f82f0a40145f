// Arrows go from entry to entry, Enter opens (it is a link), m moves by a form.
const links = box => [...box.querySelectorAll('.ec-event a[href]')].filter(link => link.offsetParent)

function place (link) {
  const { left, top } = link.closest('.ec-event').getBoundingClientRect()
  return { left, top }
}

function neighbour (box, link, key) {
  const own = place(link)
  const placed = links(box).map(each => ({ each, ...place(each) })).filter(({ each }) => each !== link)
  const sameColumn = ({ left }) => Math.abs(left - own.left) < 24
  const ahead = {
    ArrowDown: placed.filter(at => sameColumn(at) && at.top >= own.top),
    ArrowUp: placed.filter(at => sameColumn(at) && at.top <= own.top),
    ArrowRight: placed.filter(at => at.left > own.left + 23),
    ArrowLeft: placed.filter(at => at.left < own.left - 23),
  }[key]
  const across = key === 'ArrowLeft' || key === 'ArrowRight'
  const far = ({ left, top }) => (across ? Math.abs(left - own.left) * 8 : 0) + Math.abs(top - own.top)
  return ahead.sort((a, b) => far(a) - far(b))[0]?.each
}

export function startKeys (box, { move }) {
  const region = box.closest('[role=region]') || box
  region.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea, dialog, [popover]')) return
    const link = event.target.closest('.ec-event')?.querySelector('a[href]')
    if (event.key.startsWith('Arrow')) {
      const next = link ? neighbour(box, link, event.key) : event.target === region ? links(box)[0] : null
      if (!next) return
      event.preventDefault()
      next.focus()
      next.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'm' && link && box.dataset.moveUrl) {
      // on an entry m is for move; anywhere else it is the month
      event.preventDefault()
      event.stopPropagation()
      move(link.closest('[data-entry]').dataset.entry)
    }
  })
}
