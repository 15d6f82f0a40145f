// A form whose work takes long: the server tells each step as a line of JSON; without JavaScript the form is just posted.
import { first, word } from './page.js'

async function * lines (answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const parts = (rest + value).split('\n')
    rest = parts.pop()
    for (const part of parts) yield JSON.parse(part)
  }
}

function fail (place, { error, errors = [] }) {
  const [said, bar] = [place.querySelector('[role=status]'), place.querySelector('progress')]
  bar.hidden = true
  place.lastElementChild.hidden = true
  said.className = 't-bad'
  said.textContent = ['▲ ' + error, ...errors].join('\n')
}

async function run (form, place) {
  const [said, bar] = [place.querySelector('[role=status]'), place.querySelector('progress')]
  form.hidden = true
  place.hidden = false
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/x-ndjson' } })
    if (!answer.ok) return fail(place, { error: word('failed') })
    for await (const line of lines(answer)) {
      if (line.url) return location.assign(line.url)
      if (line.error) return fail(place, line)
      said.textContent = line.text
      if (line.total) Object.assign(bar, { max: line.total, value: line.done })
    }
    fail(place, { error: word('failed') })
  } catch {
    fail(place, { error: word('offline') })
  }
}

export function startProgress (root) {
  for (const form of root.querySelectorAll('form[data-progress]')) {
    if (!first(form, 'Progress')) continue
    form.addEventListener('submit', event => {
      event.preventDefault()
      run(form, document.getElementById(form.dataset.progress))
    })
  }
}
