// Draws the table that stands beside it (chart.js): first column labels, each numeric column a series.
import {
  ArcElement, BarController, BarElement, CategoryScale, Chart, DoughnutController, Filler, Legend, LinearScale,
  LineController, LineElement, PointElement, Tooltip,
} from 'chart.js'
import { element } from '../page.js'

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Filler, Legend, LinearScale,
  LineController, LineElement, PointElement, Tooltip)

/** A token's colour as the browser resolves it for the theme in force. */
function colour (token) {
  const probe = element('span')
  probe.hidden = true
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

function read (table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells]
  const numbers = heads.map((head, index) => ({ head, index })).filter(({ head, index }) => index && head.classList.contains('t-number'))
  const series = numbers.filter(({ head }) => !('total' in head.dataset))
  const rows = [...table.tBodies[0].rows].filter(row => !row.classList.contains('t-total'))
  return {
    labels: rows.map(row => row.cells[0].textContent.trim()),
    series: series.map(({ head, index }) => ({
      label: head.textContent.trim(), data: rows.map(row => Number(row.cells[index]?.dataset.value ?? 0)),
      texts: rows.map(row => row.cells[index]?.textContent.trim() || ''), links: rows.map(row => row.cells[index]?.querySelector('a')?.href),
    })),
  }
}

function dataset (kind, { label, data, texts, links }, index) {
  const line = colour(`--k${index % 6 + 1}`)
  const fill = kind === 'bar' ? line : colour(`--k${index % 6 + 1}b`)
  if (kind === 'pie') {
    return { label, data, texts, links, backgroundColor: data.map((_, i) => colour(`--k${i % 6 + 1}`)), borderColor: colour('--c-sheet'), borderWidth: 2 }
  }
  return {
    label, data, texts, links, borderColor: line, backgroundColor: fill, borderWidth: kind === 'bar' ? 0 : 2, borderRadius: 2, maxBarThickness: 42,
    fill: kind === 'area', pointRadius: data.length > 40 ? 0 : 3, pointBackgroundColor: colour('--c-sheet'), pointBorderWidth: 2, tension: 0,
  }
}

function options (kind, series, stacked, locale) {
  const numbers = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 })
  const scales = kind === 'pie' ? {} : {
    x: { stacked, grid: { display: false }, border: { color: colour('--c-line-2') } },
    y: {
      stacked, beginAtZero: true, grid: { color: colour('--c-line') }, border: { display: false },
      ticks: { maxTicksLimit: 6, callback: value => numbers.format(value) },
    },
  }
  const legend = { display: series.length > 1 || kind === 'pie', position: kind === 'pie' ? 'right' : 'top', align: 'end', labels: { boxWidth: 10, boxHeight: 10 } }
  // what the table says, in the words of the table: a chart that rounds differently would be a second truth
  const told = ({ dataset: { label, texts }, dataIndex, label: place }) => ` ${kind === 'pie' ? place : label}: ${texts[dataIndex]}`
  return {
    maintainAspectRatio: false, animation: false, interaction: { mode: kind === 'pie' ? 'nearest' : 'index', intersect: kind === 'pie' },
    plugins: { legend, tooltip: { callbacks: { label: told } } }, scales,
    onClick: (event, _, chart) => open(chart, event),
    onHover: (event, _, chart) => { chart.canvas.classList.toggle('t-opens', Boolean(link(chart, event))) },
  }
}

/** The address behind the bar, point or slice under the pointer. */
function link (chart, event) {
  const [hit] = chart.getElementsAtEventForMode(event, 'nearest', { intersect: true }, false)
  return hit && chart.data.datasets[hit.datasetIndex].links[hit.index]
}

function open (chart, event) {
  const url = link(chart, event)
  if (url) location.assign(url)
}

/** A picture of the chart on the colour of the page, as a file. */
function save (canvas, name) {
  const copy = element('canvas')
  Object.assign(copy, { width: canvas.width, height: canvas.height })
  const pen = copy.getContext('2d')
  pen.fillStyle = colour('--c-sheet')
  pen.fillRect(0, 0, copy.width, copy.height)
  pen.drawImage(canvas, 0, 0)
  copy.toBlob(blob => {
    const way = element('a')
    way.href = URL.createObjectURL(blob)
    way.download = `${name}.png`
    way.click()
    setTimeout(() => URL.revokeObjectURL(way.href), 1000)
  })
}

export function start (box) {
  const table = document.querySelector(box.dataset.table)
  const canvas = element('canvas')
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', box.getAttribute('aria-label') || table.caption?.textContent || '')
  box.replaceChildren(canvas)
  const kind = box.dataset.kind || 'bar'
  const stacked = box.hasAttribute('data-stacked')
  let chart

  function draw () {
    chart?.destroy()
    const { labels, series } = read(table)
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily
    Chart.defaults.font.size = 13
    Chart.defaults.color = colour('--c-ink-2')
    chart = new Chart(canvas, {
      type: { bar: 'bar', line: 'line', area: 'line', pie: 'doughnut' }[kind] || 'bar',
      data: { labels, datasets: series.map((one, index) => dataset(kind, one, index)) },
      options: options(kind, series, stacked, document.documentElement.lang),
    })
  }

  draw()
  for (const button of document.querySelectorAll('[data-saves-chart]')) {
    button.hidden = false
    button.addEventListener('click', () => save(canvas, button.dataset.savesChart))
  }
  document.addEventListener('look', draw)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
}
