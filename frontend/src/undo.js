// Ctrl+Z outside of fields takes back what was done last: by the button of its message, or by asking the server.
import { post, sentence } from './page.js'
import { toast } from './toasts.js'

const typing = node => node?.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .ts-wrapper')

/** Post to the address of an undo; the page is loaded again as it is now. */
export async function takeBack (url) {
  const answer = await post(url, {}).catch(() => null)
  if (!answer?.ok) {
    if (answer) toast(await sentence(answer), { kind: 'bad' })
    return
  }
  const goal = answer.headers.get('HX-Redirect')
  if (goal) location.assign(goal)
  else location.reload()
}

document.addEventListener('keydown', event => {
  const asked = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z'
  if (!asked || event.defaultPrevented || typing(event.target)) return
  if (document.querySelector('dialog[open], form[data-changed]')) return
  event.preventDefault()
  const shown = [...document.querySelectorAll('#toasts [data-undoes]')].at(-1)
  if (shown) (shown.matches('form') ? shown.querySelector('button') : shown).click()
  else takeBack('/undo/last')
})
