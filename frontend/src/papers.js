// Notes and files of a record: files are dropped anywhere on the panel, pasted or picked, and sent one after the other with
// their progress; pictures and PDF files open in a dialog.
import { csrf, element, first, sentence, word } from './page.js'
import { toast } from './toasts.js'

const STAMP = () => new Date().toISOString().slice(0, 16).replace('T', ' ').replace(':', '.')

function send (url, file, told) {
  return new Promise(resolve => {
    const request = new XMLHttpRequest()
    const body = new FormData()
    body.append('file', file, file.name)
    request.open('POST', url)
    request.setRequestHeader('Accept', 'application/json')
    for (const [name, value] of Object.entries(csrf())) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', event => { if (event.lengthComputable) told(event.loaded / event.total) })
    request.addEventListener('loadend', async () => {
      if (request.status >= 200 && request.status < 300) return resolve('')
      const headers = { 'Content-Type': request.getResponseHeader('Content-Type') || 'text/plain' }
      resolve(request.status ? await sentence(new Response(request.responseText, { headers })) : word('offline'))
    })
    request.send(body)
  })
}

class Papers {
  constructor (box) {
    this.box = box
    this.list = box.querySelector('[data-uploads]')
    this.queue = []
    const pick = box.querySelector('[data-papers-pick]')
    pick?.addEventListener('change', () => { this.take([...pick.files]); pick.value = '' })
    box.addEventListener('dragover', event => this.over(event))
    box.addEventListener('dragleave', event => { if (!box.contains(event.relatedTarget)) delete box.dataset.dropping })
    box.addEventListener('drop', event => this.dropped(event))
    box.addEventListener('paste', event => this.pasted(event))
  }

  over (event) {
    if (![...event.dataTransfer.types].includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    this.box.dataset.dropping = ''
  }

  dropped (event) {
    delete this.box.dataset.dropping
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    this.take([...event.dataTransfer.files])
  }

  pasted (event) {
    const files = [...event.clipboardData.files]
    if (!files.length) return
    event.preventDefault()
    // a screenshot has no name of its own
    this.take(files.map(file => /^image\.\w+$/.test(file.name) ? new File([file], `${STAMP()}.${file.name.split('.').pop()}`, { type: file.type }) : file))
  }

  take (files) {
    for (const file of files) this.queue.push([file, this.row(file)])
    if (!this.running) this.run()
  }

  row (file) {
    const bar = element('progress')
    bar.max = 1
    bar.value = 0
    bar.setAttribute('aria-label', file.name)
    const row = element('li', '', element('span', 't-cut', file.name), bar)
    this.list.append(row)
    return row
  }

  async run () {
    this.running = true
    let sent = 0
    const limit = Number(this.box.dataset.papersLimit)
    while (this.queue.length) {
      const [file, row] = this.queue.shift()
      const bar = row.querySelector('progress')
      const refused = file.size > limit
        ? word('too_large', { limit: Math.floor(limit / 1048576) })
        : await send(this.box.dataset.papers, file, part => { bar.value = part })
      if (refused) bar.replaceWith(element('span', 't-bad t-sm', refused))
      else { row.remove(); sent += 1 }
    }
    this.running = false
    if (sent) this.fresh(sent)
  }

  /** What is being written stays; what was refused stays in sight. */
  async fresh (sent) {
    const note = this.box.querySelector('textarea')?.value
    const refused = [...this.list.children]
    await window.htmx.ajax('GET', `${location.pathname}?panel=notes`, { target: '#content', swap: 'innerHTML' })
    const box = document.querySelector('[data-papers]')
    const area = box?.querySelector('textarea')
    if (area && note) area.value = note
    box?.querySelector('[data-uploads]')?.append(...refused)
    toast(word('filed', { count: sent }))
  }
}

function look (link) {
  const dialog = document.querySelector('[data-look]')
  if (!dialog?.showModal) return false
  const name = link.querySelector('img')?.alt || link.textContent
  const picture = link.dataset.looks.startsWith('image/')
  const shown = element(picture ? 'img' : 'iframe')
  shown.src = link.href
  if (picture) shown.alt = name
  else shown.title = name
  dialog.querySelector('[data-look-name]').textContent = name
  dialog.querySelector('[data-look-download]').href = link.href.replace('?view=1', '')
  dialog.querySelector('[data-look-body]').replaceChildren(shown)
  dialog.showModal()
  return true
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[data-looks]')
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && look(link)) event.preventDefault()
})

export function startPapers (root) {
  root.querySelectorAll('[data-papers-open]').forEach(box => { if (first(box, 'Papers')) new Papers(box) })
}
