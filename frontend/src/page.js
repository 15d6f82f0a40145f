// What every module needs from the page: its words in the person's language, its icons, its CSRF token.
export const words = JSON.parse(document.body.dataset.words || '{}')

export function word (name, values = {}) {
  return (words[name] || name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '')
}

export function icon (name, small = true) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', small ? 't-icon t-icon-sm' : 't-icon')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `${document.body.dataset.sprite || ''}#${name}`)
  svg.append(use)
  return svg
}

export function element (tag, className = '', ...children) {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...children)
  return node
}

export function csrf () {
  const headers = document.body.getAttribute('hx-headers:inherited')
  return headers ? JSON.parse(headers) : {}
}

/** POST `values` (an object or FormData) as a form; the answer, whatever its status. */
export function post (url, values, options = {}) {
  const body = values instanceof FormData ? values : new URLSearchParams(values)
  return fetch(url, { ...options, method: 'POST', body, headers: { ...csrf(), 'X-Requested-With': 'fetch', Accept: 'application/json' } })
}

/** The first sentence of a refusal, whether it came as JSON, text or a page. */
export async function sentence (response) {
  const text = await response.text().catch(() => '')
  if (response.headers.get('Content-Type')?.includes('json')) {
    const { message, detail, title } = JSON.parse(text || '{}')
    return message || detail || title || word('refused')
  }
  if (/^\s*</.test(text)) {
    const page = new DOMParser().parseFromString(text, 'text/html')
    return page.querySelector('.t-notice p')?.textContent.trim() || word('refused')
  }
  return text.split('\n')[0].trim() || word('refused')
}

/** Marks an element as dealt with by a module; false when it was already. */
export function first (node, module) {
  const mark = `started${module}`
  if (node.dataset[mark]) return false
  node.dataset[mark] = '1'
  return true
}
