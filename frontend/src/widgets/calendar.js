// Day, week and month of a calendar (event-calendar): drawn to make, dragged to move and resize, Esc cancels, clashes
// are told while dragging. Where one is and what is shown stands in the address; the server draws everything around it.
import { createCalendar, DayGrid, Interaction, TimeGrid } from '@event-calendar/core'
import { ask } from '../asking.js'
import { element, icon, post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'
import { watchClashes } from './clashes.js'
import { startKeys } from './calendar_keys.js'
import { peek } from './peek.js'

const SHORT_MIN = 45
const DAY_MS = 86400000
const iso = date => new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16)
const day = date => iso(date).slice(0, 10)
const said = (date, whole) => whole ? day(date) : iso(date)

function event (raw, movable) {
  const editable = movable && (raw.editable ?? true)
  return {
    id: String(raw.id), title: raw.title, start: raw.start, end: raw.end || raw.start, allDay: Boolean(raw.all_day),
    editable, startEditable: editable, durationEditable: editable, classNames: [`t-k${raw.kind || 1}`, ...(raw.clash ? ['t-clash'] : [])],
    extendedProps: { ...raw, kind: raw.kind || 1, people: raw.people || [], lines: raw.lines || [] },
  }
}

function content ({ view, event: { title, start, end, allDay, extendedProps: { url, icon: name, note, series } } }) {
  const inMonth = view.type.startsWith('dayGrid')
  const words = element(url ? 'a' : 'span', '', title)
  if (url) Object.assign(words, { href: url, draggable: false }) // the entry is dragged, not its link
  const hour = inMonth && !allDay ? [element('span', 't-tm', iso(start).slice(11))] : []
  const head = element('div', 't-ti', ...(name ? [icon(name)] : []), ...hour, words, ...(series ? [icon('repeat')] : []))
  const box = element('div', (end - start) / 60000 < SHORT_MIN ? 't-one' : '', head)
  if (!allDay && note && !inMonth) box.append(element('div', 't-tm', note))
  return { domNodes: [box] }
}

function spoken (locale, { start, allDay, title, extendedProps: { lines = [], clash } }) {
  const hour = allDay ? {} : { hour: '2-digit', minute: '2-digit' }
  const when = start.toLocaleString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...hour })
  return [`${when}: ${title}`, ...lines, ...(clash ? [word('clash')] : [])].join(', ')
}

// the hours in which nobody works are shaded; whole days by the style sheet
function shades (box, start, end) {
  const { opens, closes } = box.dataset
  const found = []
  for (let at = new Date(start); at < end; at = new Date(at.getTime() + DAY_MS + 7200000), at.setHours(0)) {
    if (at.getDay() % 6 === 0) continue
    found.push({ id: `off-a-${day(at)}`, start: `${day(at)}T00:00`, end: `${day(at)}T${opens}`, display: 'background' })
    found.push({ id: `off-b-${day(at)}`, start: `${day(at)}T${closes}`, end: `${day(at)}T23:59`, display: 'background' })
  }
  return found
}

async function load (box, { start, end }) {
  const url = new URL(box.dataset.url, location.href)
  url.searchParams.set('start', iso(start))
  url.searchParams.set('end', iso(end))
  const response = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => null)
  if (!response?.ok) { toast(response ? await sentence(response) : word('offline'), { kind: 'bad' }); return [] }
  const answer = await response.json()
  const shaded = box.dataset.view.startsWith('timeGrid') ? shades(box, start, end) : []
  return [...(answer.events || answer).map(raw => event(raw, Boolean(box.dataset.moveUrl))), ...shaded]
}

/** What of a series is meant; an empty word when nothing is. */
function scopeOf () {
  const dialog = document.getElementById('entry-scope')
  return new Promise(resolve => {
    dialog.returnValue = ''
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true })
    dialog.showModal()
  })
}

// the pane beside counts and tells of clashes: it comes from the server like the rest
async function around (box) {
  const own = box.closest('.t-ag')?.querySelector('.t-ag-side')
  const response = own && await fetch(location.href, { headers: { 'HX-Request': 'true' } }).catch(() => null)
  if (!response?.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('.t-ag-side')
  if (fresh) { own.innerHTML = fresh.innerHTML; window.htmx?.process?.(own) }
}

async function moved (box, calendar, { event: now, oldEvent: old, revert }) {
  const scope = now.extendedProps.series ? await scopeOf() : ''
  if (now.extendedProps.series && !scope) { revert(); return }
  try {
    const response = await post(box.dataset.moveUrl, { id: now.id, start: said(now.start, now.allDay), end: said(now.end, now.allDay), scope })
    if (response.ok) {
      const answer = await response.json()
      const back = { id: answer.moved, start: said(old.start, old.allDay), end: said(old.end, old.allDay), scope: answer.scope }
      const undo = async () => {
        const undone = await post(box.dataset.moveUrl, back)
        if (!undone.ok) toast(await sentence(undone), { kind: 'bad' })
        settle()
      }
      toast(word('rescheduled', { title: now.title, when: `${said(now.start, now.allDay).replace('T', ' ')}` }), { undo })
      settle()
      return
    }
    toast(await sentence(response), { kind: 'bad' })
  } catch {
    toast(word('offline'), { kind: 'bad' })
  }
  revert()

  function settle () {
    calendar.refetchEvents()
    around(box)
  }
}

function parameters (start, end, allDay, names) {
  const asked = new URLSearchParams()
  asked.set(names.start, names.days ? day(start) : iso(start))
  if (names.end) asked.set(names.end, names.days ? day(new Date(end - (allDay ? DAY_MS : 0))) : iso(end))
  if (allDay && names.whole) asked.set(names.whole, '1')
  return asked
}

// the whole form begins with what was typed into the small one
function takeOver (dialogForm, link) {
  const typed = new URLSearchParams()
  for (const [name, value] of new FormData(dialogForm)) if (name !== 'csrf_token' && value) typed.set(name, value)
  link.href = `${link.getAttribute('href').split('?')[0]}?${typed}`
}

export function make (box, calendar, start, end, allDay) {
  const names = { start: box.dataset.startName, end: box.dataset.endName, whole: box.dataset.wholeName, days: box.dataset.days === '1' }
  const url = box.dataset.newUrl
  const done = ({ title } = {}) => {
    if (title) toast(word('made', { title }))
    calendar.refetchEvents()
    around(box)
  }
  ask(`${url}${url.includes('?') ? '&' : '?'}${parameters(start, end, allDay, names)}`, {
    title: word('new_entry'), done, left: () => calendar.unselect(),
    ready: dialog => dialog.addEventListener('click', happened => {
      const link = happened.target.closest('[data-whole-form]')
      if (link) takeOver(link.closest('form'), link)
    }),
  })
}

/** The form that says when an entry is: what dragging does, without dragging. */
export function moveByForm (box, calendar, id) {
  const url = new URL(box.dataset.url, location.href)
  if (box.dataset.askUrl) url.pathname = box.dataset.askUrl
  url.searchParams.set('part', 'move')
  url.searchParams.set('id', id)
  ask(url.href, { title: word('move'), done: ({ title } = {}) => { if (title) toast(word('saved', { title })); calendar.refetchEvents(); around(box) } })
}

// an article cannot be a button: the link in it is what one reaches and follows
function name (article, text, id) {
  article.removeAttribute('role')
  article.removeAttribute('tabindex')
  article.setAttribute('aria-label', text)
  article.dataset.entry = id
}

// the library says table but holds articles: a labelled group of labelled events is the truth
function plainRoles (box) {
  box.querySelector('.ec-main')?.setAttribute('tabindex', '0') // it scrolls: keys must reach it, also where nothing stands in it
  for (const node of box.querySelectorAll('[role=table],[role=row],[role=cell],[role=columnheader],[role=rowgroup]')) {
    for (const name of ['role', 'aria-colindex', 'aria-rowindex', 'aria-colspan', 'aria-rowspan']) node.removeAttribute(name)
  }
}

function settings (box, narrow) {
  const { view, date, firstDay, locale, hiddenDays, offset } = box.dataset
  return {
    view, date, firstDay: Number(firstDay ?? document.body.dataset.firstWeekday ?? 1), locale, headerToolbar: { start: '', center: '', end: '' }, timeZone: offset || 'local',
    hiddenDays: hiddenDays ? hiddenDays.split(',').map(Number) : [], weekNumbers: true,
    weekNumberContent: ({ week }) => narrow ? String(week) : word('week_number', { number: week }),
    allDayContent: word('all_day'), moreLinkContent: ({ num }) => word('more', { count: num }), dayHeaderFormat: { weekday: 'short', day: 'numeric' },
    views: { dayGridMonth: { dayHeaderFormat: { weekday: 'short' } } },
    slotMinTime: '00:00', slotMaxTime: '24:00', scrollTime: box.dataset.scroll || '08:00', slotHeight: narrow ? 34 : 29, snapDuration: '00:15',
    nowIndicator: true, dayMaxEvents: true, slotEventOverlap: false, editable: Boolean(box.dataset.moveUrl), selectable: Boolean(box.dataset.newUrl),
    height: '100%',
    slotLabelFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, eventTimeFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }
}

function printed (calendar) {
  for (const button of document.querySelectorAll('[data-prints]')) {
    button.hidden = false
    button.onclick = () => window.print()
  }
  const hours = (from, to) => () => { calendar.setOption('slotMinTime', from); calendar.setOption('slotMaxTime', to) }
  window.onbeforeprint = hours('07:00', '21:00')
  window.onafterprint = hours('00:00', '24:00')
}

export function start (box) {
  const narrow = matchMedia('(max-width: 767px)').matches
  if (narrow && box.dataset.narrow) {
    // a week does not fit on a phone: the day does, unless the address asks for the week
    window.htmx.ajax('GET', box.dataset.narrow, { target: '#content', swap: 'innerHTML' }).then(() => history.replaceState(history.state, '', box.dataset.narrow))
    return null
  }
  const { locale = document.documentElement.lang, label } = box.dataset
  const clashes = watchClashes(box)
  const calendar = createCalendar(box, [TimeGrid, DayGrid, Interaction], {
    ...settings(box, narrow),
    eventSources: box.dataset.url ? [{ events: info => load(box, info) }] : [],
    eventContent: content,
    eventDidMount: ({ el, event: one }) => { if (one.display !== 'background' && one.display !== 'preview') name(el, spoken(locale, one), one.id) },
    eventClick: ({ event: one, jsEvent }) => {
      if (one.display === 'background' || jsEvent.ctrlKey || jsEvent.metaKey || jsEvent.detail === 0) return
      jsEvent.preventDefault()
      peek(jsEvent.target.closest('[data-entry]') || box, one, { locale, movable: one.extendedProps.editable && Boolean(box.dataset.moveUrl), move: () => moveByForm(box, calendar, one.id) })
    },
    eventDragStart: () => clashes.begin(), eventResizeStart: () => clashes.begin(),
    dragConstraint: info => clashes.allow(info, calendar), resizeConstraint: info => clashes.allow(info, calendar),
    selectConstraint: () => clashes.allowed(),
    eventDragStop: () => clashes.end(), eventResizeStop: () => clashes.end(),
    eventDrop: info => moved(box, calendar, info),
    eventResize: info => moved(box, calendar, info),
    select: ({ start: from, end, allDay }) => { clashes.end(); make(box, calendar, from, end, allDay) },
    dateClick: ({ date, allDay }) => {
      if (box.dataset.newUrl) make(box, calendar, date, new Date(date.getTime() + (allDay ? DAY_MS : 3600000)), allDay)
    },
    datesSet: () => requestAnimationFrame(() => plainRoles(box)),
  })
  box.setAttribute('role', 'group')
  if (label) box.setAttribute('aria-label', label)
  plainRoles(box)
  startKeys(box, { move: id => moveByForm(box, calendar, id) })
  printed(calendar)
  return calendar
}
