// Popover menus stand beside their button, within the window; arrows, Home, End and letters move in them.
const GAP = 4

function button (menu) {
  return document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)
}

function place (menu) {
  const anchor = button(menu)?.getBoundingClientRect()
  if (!anchor) return
  const { offsetWidth: width, offsetHeight: height } = menu
  const rtl = document.documentElement.dir === 'rtl'
  let left = rtl ? anchor.right - width : anchor.left
  if (left + width > innerWidth - GAP) left = anchor.right - width
  const below = anchor.bottom + GAP
  const top = below + height > innerHeight - GAP ? Math.max(GAP, anchor.top - height - GAP) : below
  menu.style.left = `${Math.max(GAP, left)}px`
  menu.style.top = `${top}px`
}

document.addEventListener('toggle', event => {
  const menu = event.target
  if (!menu.matches?.('.t-menu[popover]')) return
  button(menu)?.setAttribute('aria-expanded', String(event.newState === 'open'))
  if (event.newState !== 'open') return
  place(menu)
  menu.querySelector('a, button, input')?.focus({ preventScroll: true })
}, true)

document.addEventListener('keydown', event => {
  const menu = event.target.closest?.('.t-menu[popover]')
  if (!menu || event.target.matches('input, select, textarea')) return
  const items = [...menu.querySelectorAll('a[href], button:not(:disabled), summary')].filter(item => item.offsetParent)
  const at = items.indexOf(document.activeElement)
  const by = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
  let next = by === undefined ? undefined : items[(by + items.length) % items.length]
  if (!next && event.key.length === 1 && /\p{L}/u.test(event.key) && !event.ctrlKey && !event.altKey) {
    const starts = item => item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase())
    next = [...items.slice(at + 1), ...items].find(starts)
  }
  if (!next) return
  event.preventDefault()
  next.focus()
})

// a fixed menu must not stay behind when the page beneath it moves
addEventListener('scroll', event => {
  document.querySelectorAll('.t-menu:popover-open').forEach(menu => { if (!menu.contains(event.target)) place(menu) })
}, true)

// a menu that was fetched when it opened has a size, and something to focus, only now
document.addEventListener('htmx:after:swap', () => {
  const menu = document.querySelector('.t-menu[data-fetched]:popover-open')
  if (!menu || menu.contains(document.activeElement)) return
  place(menu)
  menu.querySelector('a, button, summary')?.focus({ preventScroll: true })
})
document.addEventListener('toggle', event => {
  const menu = event.target.closest?.('.t-menu[data-fetched]')
  if (menu && event.target.matches('details')) place(menu)
}, true)
