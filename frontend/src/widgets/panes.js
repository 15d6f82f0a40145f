// Widgets of the day are put in order by dragging their heads; the menu of each does the same.
import Sortable from 'sortablejs'
import { post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'

async function keep () {
  const ids = [...document.querySelectorAll('.t-widget[data-id]')].map(node => node.dataset.id)
  try {
    const response = await post(document.querySelector('[data-widget=panes]').dataset.url, { ids: ids.join(',') })
    if (!response.ok) toast(await sentence(response), { kind: 'bad' })
  } catch { toast(word('offline'), { kind: 'bad' }) }
}

export function start (box) {
  Sortable.create(box, { handle: 'header', draggable: '.t-widget', animation: 0, filter: 'button, a, form', preventOnFilter: false, onEnd: keep })
}
