// One way to drag by mouse, pen or finger: nothing moves before the pointer did, Escape gives up, a label follows it.
const SLACK = 6

/** tell: begin(x, y), over(x, y), drop(x, y), end(); words: what the label that follows says; slack: how far first. */
export function drag (handle, tell) {
  handle.addEventListener('pointerdown', event => {
    if (event.button || event.target.closest('button, input, .t-x') && !event.target.closest('.t-chip-menu')) return
    if (event.pointerType === 'touch' && tell.slack !== 0) return // a finger scrolls; the menu does the same
    new Drag(handle, event, tell)
  })
  handle.addEventListener('dragstart', event => event.preventDefault())
}

class Drag {
  constructor (handle, event, tell) {
    Object.assign(this, { handle, tell, x: event.clientX, y: event.clientY })
    this.life = new AbortController()
    const { signal } = this.life
    addEventListener('pointermove', moved => this.move(moved), { signal })
    addEventListener('pointerup', up => this.finish(up, true), { signal })
    addEventListener('pointercancel', up => this.finish(up, false), { signal })
    addEventListener('keydown', key => { if (key.key === 'Escape' && this.begun) { key.stopPropagation(); this.finish(key, false) } }, { signal, capture: true })
    if (tell.slack === 0) this.begin(event)
  }

  begin (event) {
    this.begun = true
    this.tell.begin?.(this.x, this.y)
    document.documentElement.dataset.dragging = this.tell.words ? 'move' : 'size'
    if (!this.tell.words) return
    this.label = document.createElement('div')
    this.label.className = 't-dragged'
    this.label.textContent = this.tell.words
    document.body.append(this.label)
    this.follow(event)
  }

  follow (event) {
    if (this.label) this.label.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 10}px)`
  }

  move (event) {
    if (!this.begun && Math.hypot(event.clientX - this.x, event.clientY - this.y) < SLACK) return
    if (!this.begun) this.begin(event)
    event.preventDefault()
    this.follow(event)
    this.tell.over?.(event.clientX, event.clientY)
  }

  finish (event, isDrop) {
    this.life.abort()
    this.label?.remove()
    delete document.documentElement.dataset.dragging
    if (!this.begun) return
    // the click that follows a drop is no click
    addEventListener('click', click => { click.preventDefault(); click.stopPropagation() }, { capture: true, once: true, signal: AbortSignal.timeout(50) })
    if (isDrop) this.tell.drop?.(event.clientX, event.clientY)
    this.tell.end?.()
  }
}
