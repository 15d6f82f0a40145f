// The service worker keeps the built files, whose names change with their content, and one page that says that there is
// no connection. It never keeps a page, an answer or anything else of the business.
const [FILES, VERSION] = [self.TANDEM_FILES, self.TANDEM_VERSION]
const OFFLINE = '/offline'

self.addEventListener('install', event => {
  event.waitUntil(caches.open(VERSION).then(cache => cache.addAll([OFFLINE, ...FILES])).then(() => self.skipWaiting()))
})

self.addEventListener('activate', event => {
  const old = async () => (await caches.keys()).filter(name => name !== VERSION).map(name => caches.delete(name))
  event.waitUntil(old().then(gone => Promise.all(gone)).then(() => self.clients.claim()))
})

async function builtFile (request) {
  const kept = await caches.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) (await caches.open(VERSION)).put(request, answer.clone())
  return answer
}

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (url.pathname.startsWith('/static/dist/')) event.respondWith(builtFile(request))
  else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)))
})
