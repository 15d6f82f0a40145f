// Dialogs open from data-opens, close from data-closes or a click beside them; data-confirm asks before a form is sent.
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]')
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens)
    if (dialog?.showModal) {
      event.preventDefault()
      dialog.showModal()
      dialog.querySelector('[autofocus], .t-dialog-body :is(input, select, textarea):not([type=hidden])')?.focus()
    }
  }
  const closer = event.target.closest('[data-closes]')
  if (closer) closer.closest('dialog')?.close()
  if (event.target.closest('[data-back]') && history.length > 1) {
    event.preventDefault()
    history.back()
  }
  if (event.target.matches?.('dialog[open]')) {
    const box = event.target.getBoundingClientRect()
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
    if (!inside && event.clientX + event.clientY > 0) event.target.close()
  }
})

document.addEventListener('submit', event => {
  const question = event.submitter?.dataset.confirm || event.target.dataset.confirm
  if (question && !window.confirm(question)) {
    event.preventDefault()
    event.stopImmediatePropagation()
  }
}, true)

document.addEventListener('change', event => {
  // a button that skips validation, if there is one: who chooses has not filled in the rest yet
  if (event.target.matches('[data-submits]')) event.target.form?.requestSubmit(event.target.form.querySelector('[data-chooses]') || undefined)
})
