// Columns of a board fold to a strip; which ones is remembered for this board in this browser.
const kept = board => `folded:${board.dataset.url}:${board.dataset.by}`

function read (board) {
  try { return JSON.parse(localStorage.getItem(kept(board)) || '[]') } catch { return [] }
}

function fold (section, folded) {
  section.toggleAttribute('data-folded', folded)
  const button = section.querySelector('[data-folds]')
  button?.setAttribute('aria-expanded', String(!folded))
}

export function startFolding (board) {
  const folded = read(board)
  for (const section of board.querySelectorAll('[data-section]')) {
    const button = section.querySelector('[data-folds]')
    button.hidden = false
    fold(section, folded.includes(section.dataset.section))
    button.addEventListener('click', () => {
      fold(section, !section.hasAttribute('data-folded'))
      const now = [...board.querySelectorAll('[data-section][data-folded]')].map(each => each.dataset.section)
      try { localStorage.setItem(kept(board), JSON.stringify(now)) } catch { /* a browser that keeps nothing */ }
    })
  }
}
