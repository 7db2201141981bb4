import { existsSync } from "node:fs"
import type { Browser, Page } from "playwright-core"
import { markdownTable } from "../../tools/marked-text.ts"
import { drawn, executablePath, launch, show } from "../browser/chromium.ts"
import { htmlOf, manyEntries, reportOf } from "../browser/reports.ts"
import { NotRun, spreadOf } from "./measure.ts"

const entries = 20_000

/** Milliseconds by what took them. */
type Times = Map<string, number[]>

/** What a page of 20,000 entries takes to lay out, to draw and to zoom, in a real Chromium; beside it the same number of plain rectangles. */
export async function benchMap(runs: number): Promise<string> {
  if (!existsSync(executablePath)) throw new NotRun(`no Chromium at ${executablePath}; EVERYBYTE_BROWSER=PATH names another`)
  const html = htmlOf(reportOf(manyEntries(entries)))
  const browser = await launch()
  try {
    const times: Times = new Map()
    await once(browser, html, new Map())
    for (let run = 0; run < runs; run += 1) await once(browser, html, times)
    const head = `A report of 20,000 entries (${(html.length / 1e6).toFixed(1)} MB) in Chromium ${browser.version()}, drawn without a GPU in 1280 by 900:`
    return `${head}\n\n${tableOf(times)}\n\nA frame lasts 16.7 ms where the screen shows 60 a second. The frame in which a zoom starts lays out and draws the folder that is gone to.`
  } finally {
    await browser.close()
  }
}

const plain = `fill 20,000 rectangles`
const plainFrame = `a frame that fills 20,000 rectangles`

async function once(browser: Browser, html: string, times: Times): Promise<void> {
  const { page } = await show(browser, html, { still: false })
  await drawn(page)
  const note = (name: string, ...some: readonly number[]): unknown => times.set(name, [...(times.get(name) ?? []), ...some])
  for (const what of ["layout", "draw"]) note(`${what} of the map`, await measured(page, `everybyte ${what}`))
  note(plain, await filled(page))
  note(plainFrame, ...(await frames(page, "")).slice(1))
  for (const hash of ["#folder-1", "#folder-0"]) {
    const [first = Number.NaN, ...rest] = await frames(page, hash)
    note(`zooming ${hash === "#folder-0" ? "out" : "in"}: the first frame`, first)
    note("zooming: each other frame", ...rest)
  }
  await page.close()
}

const measured = (page: Page, name: string): Promise<number> =>
  page.evaluate((what) => performance.getEntriesByName(what)[0]?.duration ?? Number.NaN, name)

/** The reference: as many rectangles of one colour on a canvas of the same size, in no order that helps. */
const filled = (page: Page): Promise<number> =>
  page.evaluate((count) => {
    const canvas = document.createElement("canvas")
    canvas.width = 896
    canvas.height = 512
    const context = canvas.getContext("2d")
    const started = performance.now()
    for (let index = 0; index < count; index += 1) context?.fillRect((index * 37) % 890, (index * 61) % 506, 5, 5)
    return performance.now() - started
  }, entries)

/** How long each frame lasts for 400 ms, after going to `hash`; without one, while rectangles are filled in each. */
const frames = (page: Page, hash: string): Promise<readonly number[]> =>
  page.evaluate(
    async ([to, count]) => {
      const context = to === "" ? document.createElement("canvas").getContext("2d") : undefined
      await new Promise(requestAnimationFrame)
      const lasted: number[] = []
      const started = performance.now()
      let last = started
      if (to !== "") location.hash = to
      while (last - started < 400) {
        for (let index = 0; context !== undefined && index < count; index += 1)
          context?.fillRect((index * 37) % 290, (index * 61) % 140, 5, 5)
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        lasted.push(now - last)
        last = now
      }
      return lasted
    },
    [hash, entries] as const,
  )

function tableOf(times: Times): string {
  const reference = spreadOf(times.get(plain) ?? []).median
  const frame = spreadOf(times.get(plainFrame) ?? []).median
  const rows = [...times].map(([name, list]) => {
    const { median, min, max } = spreadOf(list)
    const beside = name.includes("frame") ? frame : reference
    return [name, median.toFixed(1), `${min.toFixed(1)} to ${max.toFixed(1)}`, (median / beside).toFixed(2)]
  })
  return markdownTable(["what", "median ms", "range ms", "time / reference"], rows)
}
