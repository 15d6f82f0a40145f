// While an entry is dragged: whose time it takes twice is told, never forbidden; Esc puts it back.
import { word } from '../page.js'

const MINUTE = 60000
const STEP = 15 * MINUTE
const LOOKED_AT = 400
const clock = date => `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`

function shared (one, other) {
  const people = one.extendedProps.people || []
  return (other.extendedProps.people || []).some(each => people.includes(each))
}

const overlaps = (a, b) => a.start < b.end && b.start < a.end

/** The next quarter of an hour in working hours at which nobody of these is taken. */
function free (moving, others, { opens = '09:00', closes = '18:00' }) {
  const length = moving.end - moving.start
  const [from, to] = [opens, closes].map(text => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
  let at = new Date(moving.start)
  for (let look = 0; look < LOOKED_AT; look++, at = new Date(at.getTime() + STEP)) {
    const minutes = at.getHours() * 60 + at.getMinutes()
    if (at.getDay() % 6 === 0 || minutes < from || minutes + length / MINUTE > to) continue
    const end = new Date(at.getTime() + length)
    if (!others.some(other => overlaps({ start: at, end }, other))) return at
  }
  return null
}

export function watchClashes (box) {
  const note = document.getElementById('calendar-note')
  let cancelled = false
  let pointer = {}

  function tell (text) {
    if (note && note.textContent !== text) note.textContent = text
    note?.toggleAttribute('data-shown', Boolean(text))
  }

  function mark (ids) {
    for (const node of box.querySelectorAll('[data-entry]')) node.classList.toggle('t-clash-now', ids.has(node.dataset.entry))
  }

  function escape (event) {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    cancelled = true
    // the library has no word for it: a last move, which is refused, and the button let go
    const told = { bubbles: true, isPrimary: true, pointerType: 'mouse', clientX: pointer.x, clientY: pointer.y }
    window.dispatchEvent(new PointerEvent('pointermove', told))
    window.dispatchEvent(new PointerEvent('pointerup', told))
    tell(word('cancelled'))
  }

  const follow = ({ clientX: x, clientY: y, isTrusted }) => { if (isTrusted) pointer = { x, y } }

  function begin () {
    cancelled = false
    addEventListener('keydown', escape, true)
    addEventListener('pointermove', follow, true)
  }

  function end () {
    removeEventListener('keydown', escape, true)
    removeEventListener('pointermove', follow, true)
    mark(new Set())
    tell('')
  }

  box.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => {
    pointer = { x, y }
    begin()
    addEventListener('pointerup', () => setTimeout(end, 0), { once: true })
  })

  return {
    begin,
    end,
    allowed: () => !cancelled,
    allow ({ event, oldEvent }, calendar) {
      if (cancelled) return false
      if (event.allDay) return true
      const others = calendar.getEvents().filter(one => one.id !== oldEvent.id && !one.allDay && one.display !== 'background' && shared(oldEvent, one))
      const met = others.filter(one => overlaps(event, one))
      mark(new Set(met.map(one => one.id)))
      const next = met.length ? free(event, others, box.dataset) : null
      const hours = `${clock(event.start)} – ${clock(event.end)}`
      tell(met.length
        ? `${hours}: ${word('clash_with', { titles: met.map(one => `${one.title} ${clock(one.start)}`).join(', ') })}${next ? ` ${word('free_next', { time: clock(next) })}` : ''}`
        : hours)
      return true
    },
  }
}

