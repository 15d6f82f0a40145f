// Month, week, day and list of events (event-calendar), filled from data-url, moved by drag where data-move-url allows.
import { createCalendar, DayGrid, Interaction, List, TimeGrid } from '@event-calendar/core'
import { element, icon, post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'

const SHORT_MIN = 45
const BRITISH = { en: 'en-GB' } // the day before the month, as everywhere in the product
const iso = date => new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16)

function event (raw) {
  return {
    id: String(raw.id), title: raw.title, start: raw.start, end: raw.end || raw.start, allDay: Boolean(raw.all_day),
    display: raw.background ? 'background' : 'auto', editable: raw.editable ?? true,
    extendedProps: { url: raw.url, kind: raw.kind || 1, note: raw.note || '', icon: raw.icon || '', clash: raw.clash },
  }
}

function content ({ event: { title, start, end, allDay, extendedProps: { url, icon: name, note } } }) {
  const words = element(url ? 'a' : 'span', '', title)
  if (url) words.href = url
  const head = element('div', 't-ti', ...(name ? [icon(name)] : []), words)
  const box = element('div', (end - start) / 60000 < SHORT_MIN ? 't-one' : '', head)
  if (!allDay && note) box.append(element('div', 't-tm', note))
  return { domNodes: [box] }
}

function spoken (locale, { start, allDay, title }) {
  const hour = allDay ? {} : { hour: '2-digit', minute: '2-digit' }
  return `${start.toLocaleString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...hour })}: ${title}`
}

async function load (box, { start, end }) {
  const url = new URL(box.dataset.url, location.href)
  url.searchParams.set('start', iso(start))
  url.searchParams.set('end', iso(end))
  const response = await fetch(url, { headers: { Accept: 'application/json' } })
  if (!response.ok) { toast(await sentence(response), { kind: 'bad' }); return [] }
  const answer = await response.json()
  return (answer.events || answer).map(event)
}

async function moved (box, { event: { id, start, end }, revert }) {
  try {
    const response = await post(box.dataset.moveUrl, { id, start: iso(start), end: iso(end) })
    if (response.ok) return
    toast(await sentence(response), { kind: 'bad' })
  } catch {
    toast(word('offline'), { kind: 'bad' })
  }
  revert()
}

// an article cannot be a button: the link in it is what one reaches and follows
function name (article, text) {
  article.removeAttribute('role')
  article.removeAttribute('tabindex')
  article.setAttribute('aria-label', text)
}

// the library says table but holds articles: a labelled group of labelled events is the truth
function plainRoles (box) {
  for (const node of box.querySelectorAll('[role=table],[role=row],[role=cell],[role=columnheader],[role=rowgroup]')) {
    for (const name of ['role', 'aria-colindex', 'aria-rowindex', 'aria-colspan', 'aria-rowspan']) node.removeAttribute(name)
  }
}

export function start (box) {
  const { url, moveUrl, newUrl, view, date, firstDay, locale = BRITISH[document.documentElement.lang] || document.documentElement.lang, label } = box.dataset
  const narrow = matchMedia('(max-width: 767px)').matches
  const calendar = createCalendar(box, [TimeGrid, DayGrid, List, Interaction], {
    view: view || (narrow ? 'timeGridDay' : 'timeGridWeek'), date: date || new Date(), firstDay: Number(firstDay ?? document.body.dataset.firstWeekday ?? 1), locale,
    headerToolbar: { start: 'prev,next today', center: 'title', end: narrow ? '' : 'dayGridMonth,timeGridWeek,timeGridDay,listWeek' },
    buttonText: {
      today: word('today'), dayGridMonth: word('month'), timeGridWeek: word('week'), timeGridDay: word('day'), listWeek: word('list'),
      prev: word('previous'), next: word('next'),
    },
    allDayContent: word('all_day'), moreLinkContent: ({ num }) => word('more', { count: num }), dayHeaderFormat: { weekday: 'short', day: 'numeric' },
    views: { dayGridMonth: { dayHeaderFormat: { weekday: 'short' } } },
    slotMinTime: box.dataset.from || '07:00', slotMaxTime: box.dataset.to || '21:00', slotHeight: narrow ? 58 : 31,
    nowIndicator: true, dayMaxEvents: true, slotEventOverlap: false, editable: Boolean(moveUrl),
    slotLabelFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, eventTimeFormat: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    eventSources: url ? [{ events: info => load(box, info) }] : [],
    eventClassNames: ({ event: { extendedProps } }) => [`t-k${extendedProps.kind}`, extendedProps.clash ? 't-clash' : ''],
    eventContent: content,
    eventDidMount: ({ el, event: one }) => { if (one.display !== 'background') name(el, spoken(locale, one)) },
    eventClick: ({ event: { extendedProps }, jsEvent }) => { if (extendedProps.url && !jsEvent.target.closest('a')) location.assign(extendedProps.url) },
    eventDrop: info => moved(box, info),
    eventResize: info => moved(box, info),
    dateClick: info => { if (newUrl) location.assign(`${newUrl}${newUrl.includes('?') ? '&' : '?'}start=${encodeURIComponent(iso(info.date))}`) },
    datesSet: () => requestAnimationFrame(() => plainRoles(box)),
  })
  box.setAttribute('role', 'group')
  if (label) box.setAttribute('aria-label', label)
  plainRoles(box)
  return calendar
}
