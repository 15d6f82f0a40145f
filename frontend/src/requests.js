// htmx: a 422 brings the form back and is swapped in; any other refusal keeps the page and becomes a toast.
import { sentence, word } from './page.js'
import { toast } from './toasts.js'

let running = 0

document.addEventListener('htmx:before:request', () => { running += 1; mark() })
document.addEventListener('htmx:finally:request', () => { running = Math.max(0, running - 1); mark() })
function mark () { document.body.toggleAttribute('data-busy', running > 0) }

document.addEventListener('htmx:before:response', event => {
  const { response } = event.detail.ctx
  if (response.status < 400 || response.status === 422) return
  event.preventDefault()
  if (response.status === 401) location.reload()
  sentence(response.raw.clone()).then(text => toast(text, { kind: 'bad' }))
})

document.addEventListener('htmx:error', event => {
  if (event.detail.error?.name === 'AbortError') return
  toast(navigator.onLine ? word('failed') : word('offline'), { kind: 'bad' })
})

for (const state of ['online', 'offline']) {
  addEventListener(state, () => document.documentElement.toggleAttribute('data-offline', state === 'offline'))
}
