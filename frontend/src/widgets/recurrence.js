// A repetition rule of RFC 5545 as one says it: how often, on which days, until when. The text box behind it holds the rule.
import { element, word } from '../page.js'
import { touched } from '../forms.js'

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const UNITS = { DAILY: 'days', WEEKLY: 'weeks', MONTHLY: 'months', YEARLY: 'years' }
const PLACES = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', '-1': 'last' }
const SAID = ['FREQ', 'INTERVAL', 'BYDAY', 'COUNT', 'UNTIL', 'WKST']

function parts (rule) {
  return Object.fromEntries(rule.trim().toUpperCase().replace(/^RRULE:/, '').split(';').filter(Boolean).map(part => part.split('=')))
}

/** Whether the boxes can say a rule; others stand as they are written. */
export function sayable (rule) {
  const { FREQ, BYDAY = '', ...rest } = parts(rule)
  if (!rule) return true
  const days = FREQ === 'WEEKLY' ? /^([A-Z]{2}(,|$))*$/ : FREQ === 'MONTHLY' ? /^((-1|[1-4])[A-Z]{2})?$/ : /^$/
  return FREQ in UNITS && days.test(BYDAY) && Object.keys(rest).every(name => SAID.includes(name))
}

const names = () => {
  const shape = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'short', timeZone: 'UTC' })
  const first = (Number(document.body.dataset.firstWeekday ?? 1) + 6) % 7
  return DAYS.map((day, i) => [day, shape.format(new Date(Date.UTC(2024, 0, 1 + i)))]).map((_, i, all) => all[(i + first) % 7])
}

function select (label, options, value) {
  const box = element('select', 't-control')
  box.setAttribute('aria-label', label)
  for (const [name, text] of options) box.append(new Option(text, name, name === value, name === value))
  return box
}

function input (label, type, value, more = {}) {
  const box = Object.assign(element('input', 't-control'), { type, value, ...more })
  box.setAttribute('aria-label', label)
  return box
}

function boxes (rule) {
  const { FREQ = '', INTERVAL = '1', BYDAY = '', COUNT = '', UNTIL = '' } = sayable(rule) ? parts(rule) : { FREQ: 'RULE' }
  const often = [['', 'never'], ['DAILY', 'daily'], ['WEEKLY', 'weekly'], ['MONTHLY', 'monthly'], ['YEARLY', 'yearly'], ['RULE', 'rule']]
  const [, place = '', day = 'MO'] = BYDAY.match(/^(-?\d)([A-Z]{2})$/) || []
  const chosen = BYDAY.split(',')
  const ticks = names().map(([name, text]) => {
    const tick = Object.assign(element('input'), { type: 'checkbox', value: name, checked: chosen.includes(name) })
    return element('label', 't-row-x', tick, text)
  })
  const unit = element('span', 't-label')
  return {
    freq: select(word('repeats'), often.map(([name, key]) => [name, word(`repeat_${key}`)]), FREQ),
    interval: input(word('repeat_every'), 'number', INTERVAL, { min: 1, max: 999 }),
    unit,
    ticks,
    place: select(word('repeat_day'), [['', word('repeat_same')], ...Object.entries(PLACES).map(([at, key]) => [at, word(`repeat_${key}`)])], place),
    day: select(word('repeat_weekday'), names(), day),
    ends: select(word('repeat_ends'), [['', word('repeat_endless')], ['UNTIL', word('repeat_until')], ['COUNT', word('repeat_count')]], UNTIL ? 'UNTIL' : COUNT ? 'COUNT' : ''),
    until: input(word('repeat_until'), 'date', UNTIL.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3')),
    count: input(word('repeat_count'), 'number', COUNT || '10', { min: 1, max: 999 }),
  }
}

function rule (box) {
  const freq = box.freq.value
  const said = [`FREQ=${freq}`]
  if (Number(box.interval.value) > 1) said.push(`INTERVAL=${Number(box.interval.value)}`)
  const days = box.ticks.map(tick => tick.firstChild).filter(tick => tick.checked).map(tick => tick.value)
  if (freq === 'WEEKLY' && days.length) said.push(`BYDAY=${days.sort((a, b) => DAYS.indexOf(a) - DAYS.indexOf(b)).join(',')}`)
  if (freq === 'MONTHLY' && box.place.value) said.push(`BYDAY=${box.place.value}${box.day.value}`)
  if (box.ends.value === 'UNTIL' && box.until.value) said.push(`UNTIL=${box.until.value.replaceAll('-', '')}`)
  if (box.ends.value === 'COUNT' && Number(box.count.value) > 0) said.push(`COUNT=${Number(box.count.value)}`)
  return said.join(';')
}

export function start (text) {
  const box = boxes(text.value)
  const every = element('span', 't-row-x', element('span', 't-label', word('repeat_every')), box.interval, box.unit)
  const days = element('span', 't-row-x', ...box.ticks)
  days.setAttribute('role', 'group')
  days.setAttribute('aria-label', word('repeat_weekdays'))
  const month = element('span', 't-row-x', box.place, box.day)
  const end = element('span', 't-row-x', element('span', 't-label', word('repeat_ends')), box.ends, box.until, box.count)
  const editor = element('div', 't-recurrence', box.freq, every, days, month, end)
  const show = () => {
    const freq = box.freq.value
    const known = freq in UNITS
    text.hidden = freq !== 'RULE'
    every.hidden = end.hidden = !known
    days.hidden = freq !== 'WEEKLY'
    month.hidden = freq !== 'MONTHLY'
    box.day.hidden = !box.place.value
    box.until.hidden = box.ends.value !== 'UNTIL'
    box.count.hidden = box.ends.value !== 'COUNT'
    box.unit.textContent = known ? word(`repeat_${UNITS[freq]}`) : ''
  }
  // the boxes have no names: the form hears of a change through the text alone
  const follow = event => {
    if (event.target === text) return
    event.stopPropagation()
    if (event.type !== 'input') return
    if (box.freq.value !== 'RULE') text.value = box.freq.value ? rule(box) : ''
    show()
    touched(text.form)
    text.dispatchEvent(new Event('change', { bubbles: true }))
  }
  editor.addEventListener('input', follow)
  editor.addEventListener('change', follow)
  const label = text.labels[0]
  box.freq.id = `${text.id}-often`
  if (label) {
    label.htmlFor = box.freq.id
    box.freq.removeAttribute('aria-label')
  }
  text.setAttribute('aria-label', word('repeat_rule'))
  text.before(editor)
  editor.append(text)
  show()
}
