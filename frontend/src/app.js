// The page works without any of this; each module adds comfort to markup that is already there.
import htmx from 'htmx.org'
import './cells.js'
import './dialogs.js'
import './keyboard.js'
import './menus.js'
import './palette.js'
import './preferences.js'
import './requests.js'
import './undo.js'
import { startFilters } from './filters.js'
import { focusFault, startForms } from './forms.js'
import { startLetters } from './letters.js'
import { startLines } from './lines.js'
import { startProgress } from './progress.js'
import { startPapers } from './papers.js'
import { startSelection } from './selection.js'
import { startToasts } from './toasts.js'
import { startWidgets } from './widgets.js'

window.htmx = htmx // for addons' own modules

function start (root) {
  startFilters(root)
  startForms(root)
  startLetters(root)
  startLines(root)
  startProgress(root)
  startPapers(root)
  startSelection(root)
  startToasts(root)
  startWidgets(root)
  if (!focusFault(root)) root.querySelector('[data-focus]')?.focus()
}

start(document)
document.addEventListener('htmx:after:swap', () => start(document))
document.documentElement.dataset.ready = '1'
if ('serviceWorker' in navigator && document.body.dataset.singleKeys) addEventListener('load', () => navigator.serviceWorker.register('/sw.js').catch(() => {}))
