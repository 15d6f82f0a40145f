// Cards are dragged between columns (SortableJS); the card's menu offers the same moves without dragging.
import Sortable from 'sortablejs'
import { post, sentence, word } from '../page.js'
import { toast } from '../toasts.js'

async function moved (board, event) {
  const { item, from, to, oldIndex } = event
  if (from === to && oldIndex === event.newIndex) return
  const back = () => from.insertBefore(item, from.children[oldIndex + (from === to && oldIndex > event.newIndex ? 1 : 0)] || null)
  try {
    const response = await post(board.dataset.url, {
      card: item.dataset.card, column: to.dataset.column, before: item.nextElementSibling?.dataset.card || '',
    })
    if (!response.ok) {
      back()
      toast(await sentence(response), { kind: 'bad' })
    } else if (board.id && from !== to) {
      // counts and sums in the heads come from the server
      window.htmx.ajax('GET', location.href, { target: '#content', swap: 'innerHTML' })
    }
  } catch {
    back()
    toast(word('offline'), { kind: 'bad' })
  }
}

export function start (board) {
  for (const column of board.querySelectorAll('ul[data-column]')) {
    Sortable.create(column, {
      group: 'board', draggable: '[data-card]', filter: 'button, form', preventOnFilter: false,
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 140,
      delay: 180, delayOnTouchOnly: true, ghostClass: 't-ghost', dragClass: 't-lift',
      onEnd: event => moved(board, event),
    })
  }
}
