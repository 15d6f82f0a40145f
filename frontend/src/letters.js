// The menu of a letter puts a place to be filled in where the cursor was, into the subject or the text.
import { first } from './page.js'
import { touched } from './forms.js'

function start (form) {
  if (!first(form, 'Letter')) return
  let last = form.querySelector('textarea')
  form.addEventListener('focusin', event => { if (event.target.matches('textarea, [name=subject]')) last = event.target })
  form.addEventListener('click', event => {
    const item = event.target.closest('[data-inserts]')
    if (!item) return
    item.closest('[popover]')?.hidePopover()
    last.focus()
    last.setRangeText(item.dataset.inserts, last.selectionStart, last.selectionEnd, 'end')
    touched(form)
  })
}

export function startLetters (root) {
  root.querySelectorAll('[data-letter]').forEach(start)
}
