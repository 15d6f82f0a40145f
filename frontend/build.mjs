// node build.mjs OUT: bundles app.js and app.css, draws the icon sprite, compresses, and writes manifest.json.
// OUT/names.json holds every word that may be an icon's name; those that Tabler draws go into the sprite.
import { initWasm, Resvg } from '@resvg/resvg-wasm'
import { build } from 'esbuild'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'

const out = path.resolve(process.argv[2])
const hash = text => crypto.createHash('sha256').update(text).digest('base64url').replace(/[-_]/g, 'x').slice(0, 8)

async function bundle () {
  const result = await build({
    entryPoints: ['src/app.js', 'src/app.css', 'src/sw.js'],
    bundle: true, splitting: true, format: 'esm', minify: true, metafile: true, outdir: out,
    entryNames: '[name]-[hash]', chunkNames: 'c/[name]-[hash]', assetNames: 'a/[name]-[hash]',
    target: 'es2022', loader: { '.woff2': 'file' }, external: [], legalComments: 'linked', logLevel: 'warning',
  })
  const files = {}
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const below = path.relative(out, path.resolve(file)).split(path.sep).join('/')
    if (output.entryPoint) files[path.basename(output.entryPoint)] = below
  }
  return files
}

function sprite () {
  const names = JSON.parse(fs.readFileSync(path.join(out, 'names.json'), 'utf8'))
  const symbols = []
  for (const name of names) {
    const source = `node_modules/@tabler/icons/icons/outline/${name}.svg`
    if (!fs.existsSync(source)) continue
    const drawing = fs.readFileSync(source, 'utf8').replace(/<!--[\s\S]*?-->/g, '')
    const paths = drawing.replace(/<svg[^>]*>|<\/svg>|<path stroke="none"[^>]*\/>/g, '').replace(/\s+/g, ' ').trim()
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`)
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
}

function write (name, text) {
  const { name: stem, ext } = path.parse(name)
  const file = `${stem}-${hash(text)}${ext}`
  fs.writeFileSync(path.join(out, file), text)
  return file
}

// home screens want pixels: the sign on a plain ground, with room around it where they cut a circle out of it
async function pictures () {
  await initWasm(fs.readFileSync('node_modules/@resvg/resvg-wasm/index_bg.wasm'))
  const sign = fs.readFileSync('src/icon.svg', 'utf8').replace('stroke="#0b6073"', 'stroke="#ffffff"').replace(/<svg[^>]*>|<\/svg>/g, '')
  const made = {}
  for (const [name, size, room] of [['icon-192.png', 192, 6], ['icon-512.png', 512, 6], ['icon-maskable.png', 512, 12], ['icon-touch.png', 180, 7]]) {
    const box = 28 + 2 * room
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-room} ${-room} ${box} ${box}"><rect x="${-room}" y="${-room}" width="${box}" height="${box}" fill="#0b6073"/><g fill="none" stroke="#ffffff" stroke-width="2.6">${sign}</g></svg>`
    made[name] = write(name, Buffer.from(new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng()))
  }
  return made
}

function compress () {
  for (const name of fs.readdirSync(out, { recursive: true })) {
    const file = path.join(out, name)
    if (!/\.(js|css|svg)$/.test(name)) continue
    const body = fs.readFileSync(file)
    fs.writeFileSync(file + '.gz', zlib.gzipSync(body, { level: 9 }))
    fs.writeFileSync(file + '.br', zlib.brotliCompressSync(body))
  }
}

const files = await bundle()
files['icons.svg'] = write('icons.svg', sprite())
files['icon.svg'] = write('icon.svg', fs.readFileSync('src/icon.svg', 'utf8'))
Object.assign(files, await pictures())
compress()
fs.writeFileSync(path.join(out, 'manifest.json'), JSON.stringify({ files }, null, 1))
