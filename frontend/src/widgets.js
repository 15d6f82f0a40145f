// Heavy parts are separate files, fetched when a page first shows one.
import { first } from './page.js'

const LOADERS = {
  combobox: () => import('./widgets/combobox.js'),
  calendar: () => import('./widgets/calendar.js'),
  graph: () => import('./widgets/graph.js'),
  cube: () => import('./widgets/cube.js'),
  board: () => import('./widgets/board.js'),
  panes: () => import('./widgets/panes.js'),
  grid: () => import('./widgets/grid.js'),
  recurrence: () => import('./widgets/recurrence.js'),
}

export function startWidgets (root) {
  for (const node of root.querySelectorAll('[data-widget]')) {
    const load = LOADERS[node.dataset.widget]
    if (load && first(node, 'Widget')) load().then(module => { module.start(node); node.dataset.drawn = '' })
  }
}
