import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { drawn, launch, show } from "./chromium.ts"
import { inChromium } from "./in-chromium.ts"
import { entryOf, htmlOf, manyEntries, reportOf, unexplained } from "./reports.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`)
const base = lines.flatMap((line, index) => (index === 9 ? ["old 10"] : index === 39 ? [line, "gone 1", "gone 2"] : [line]))

/** Something of each kind, one text beside its base, one beside an origin that has no text. */
const entries = [
  unexplained("p-1/m4/host.m4", 3, {
    size: 900,
    danger: "runs at build",
    lines: 60,
    explanation: { kind: "unexplained", why: "compared", base: { from: "repository", path: "m4/host.m4" } },
    unexplained: [
      { first: 10, last: 10, removed: 1 },
      { first: 41, last: 40, removed: 2 },
    ],
  }),
  unexplained("p-1/configure", 5, { size: 5000, danger: "runs at build" }),
  unexplained("p-1/build-aux/ltmain.sh", 1, {
    size: 2000,
    danger: "runs at build",
    lines: 3,
    explanation: {
      kind: "unexplained",
      why: "compared",
      base: { from: "origin", origin: "libtool", path: "ltmain.sh", version: "2.5.4", date: "2024-11-20", sha256: "0".repeat(64) },
    },
    unexplained: [{ first: 2, last: 2, removed: 4 }],
  }),
  entryOf("p-1/tests/bad.xz", {
    size: 700,
    opaque: true,
    danger: "opaque data",
    toRead: 2,
    explanation: { kind: "unexplained", why: "opaque" },
  }),
  entryOf("p-1/src/a.c", { size: 4000 }),
  entryOf("p-1/src/b.c", { size: 3000 }),
  entryOf("p-1/m4/lib.m4", {
    size: 800,
    explanation: { kind: "origin", origin: "gnulib", path: "m4/lib.m4", version: "1", date: "2020-01-01", age: "commit" },
  }),
  entryOf("p-1/old", { size: 600, explanation: { kind: "baseline", artifact: "p-0", path: "old" } }),
  entryOf("p-1/sub/x", { size: 500, explanation: { kind: "undetermined", why: "not given" } }),
]
const html = htmlOf(reportOf(entries), {
  shown: [
    { entry: 0, lines, base },
    { entry: 1, lines: ["a", "b", "c", "d", "e"] },
    { entry: 2, lines: ["x", "y", "z"] },
  ],
  omitted: [],
})

const paths = (page: Page): Promise<readonly string[]> => page.locator("#list tbody tr:not(.group) a").allTextContents()
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? "")
const marked = (page: Page): Promise<readonly number[]> =>
  page.locator("tr.new td.at.here").evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)))

inChromium("the page", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  test("lists what is left to read, most dangerous first, and filters by words and kinds", async () => {
    const { page, problems } = await show(browser, html)
    expect(await paths(page)).toEqual(["configure", "m4/host.m4", "build-aux/ltmain.sh", "tests/bad.xz"])
    await page.locator("#words").fill("M4")
    await expect.poll(() => paths(page)).toEqual(["m4/host.m4"])
    expect(await page.locator("#status").textContent()).toBe("1 of 9 files")
    await page.locator("#left").uncheck()
    await expect.poll(() => paths(page)).toEqual(["m4/host.m4", "m4/lib.m4"])
    await page.locator("input[value=unexplained]").uncheck()
    await expect.poll(() => paths(page)).toEqual(["m4/lib.m4"])
    await page.locator("#words").fill("")
    await expect.poll(async () => (await paths(page)).length).toBe(5)
    // Never among the explained.
    expect(await page.locator("tr.group").allTextContents()).toEqual(["could not be looked at", "nothing left to read"])
    expect((await paths(page))[0]).toBe("sub/x")
    expect(problems).toEqual([])
    await page.close()
  })

  test("marks in the gutter exactly the lines of the report, the base beside them and what went at its place", async () => {
    const { page } = await show(browser, html, { hash: "#file-0" })
    expect(await marked(page)).toEqual([10])
    expect(await page.locator("tr.new td.code.base").allTextContents()).toEqual(["old 10"])
    expect(await page.locator("tr.gone td.code.base").allTextContents()).toEqual(["gone 1", "gone 2"])
    for (const fold of (await page.locator("tr.fold button").all()).reverse()) await fold.click()
    expect(await page.locator("td.code.here").allTextContents()).toEqual([...lines.slice(0, 40), "", "", ...lines.slice(40)])
    expect(await page.locator("td.code.base").allTextContents()).toEqual(base)
    await page.goto(`${page.url().split("#")[0]}#file-2`)
    await expect.poll(() => marked(page)).toEqual([2])
    expect(await page.locator("tr.count").allTextContents()).toEqual(["− 4 lines of the base stood here"])
    expect(await page.locator("#file dl").textContent()).toContain("ltmain.sh of libtool 2.5.4")
    await page.close()
  })

  test("is walked through by keyboard: into a folder, to a file and back to where one was", async () => {
    const { page } = await show(browser, html)
    const press = async (until: string): Promise<void> => {
      for (let count = 0; count < 60 && (await focused(page)) !== until; count += 1) await page.keyboard.press("Tab")
      expect(await focused(page)).toBe(until)
    }
    await press("src/")
    await page.keyboard.press("Enter")
    await expect.poll(() => focused(page)).toContain("src/: 2 entries, 7,000 bytes")
    expect(await page.locator("#way a").allTextContents()).toEqual(["all", "src"])
    await page.keyboard.press("Escape")
    await expect.poll(() => page.locator("#way a").allTextContents()).toEqual(["all"])
    await press("m4/host.m4")
    await page.keyboard.press("Enter")
    await expect.poll(() => focused(page)).toBe("m4/host.m4")
    expect(await page.locator("#file h2").isVisible()).toBe(true)
    expect(await page.locator("#overview").isVisible()).toBe(false)
    await page.keyboard.press("Escape")
    await expect.poll(() => page.locator("#overview").isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe("#file-0")
    await page.goBack()
    await expect.poll(() => page.locator("#file h2").isVisible()).toBe(true)
    await page.close()
  })

  test("the map opens the file that is clicked, goes into the folder whose title is, and back by its path", async () => {
    const { page, problems } = await show(browser, html, { still: false })
    await drawn(page)
    await page.locator("#plane").hover({ position: { x: 40, y: 6 } })
    expect(await page.locator("#hint").textContent()).toBe("src/: 2 entries, 7,000 bytes, 0 to read")
    await page.locator("#plane").click({ position: { x: 40, y: 6 } })
    await expect.poll(() => page.locator("#way a").allTextContents()).toEqual(["all", "src"])
    await page.locator("#way a").first().click()
    await expect.poll(() => page.locator("#way a").count()).toBe(1)
    await page.locator("#plane").click({ position: { x: 40, y: 60 } })
    await expect.poll(() => page.locator("#file h2").textContent()).toBe("src/a.c")
    await page.locator(".back").click()
    await page.locator("#folder a", { hasText: "configure" }).click()
    await expect.poll(() => page.locator("#file h2").textContent()).toBe("configure")
    expect(problems).toEqual([])
    await page.close()
  })

  test.each(["light", "dark"] as const)("is painted in %s, the map with a colour for each kind", async (scheme) => {
    const { page } = await show(browser, html, { scheme })
    await drawn(page)
    const [ground, colours] = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("#plane")
      const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      const seen = new Set<number>()
      for (let at = 0; at < pixels.length; at += 4)
        seen.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0))
      return [getComputedStyle(document.documentElement).backgroundColor, seen.size] as const
    })
    expect(ground).toBe(scheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 23, 28)")
    expect(colours).toBeGreaterThan(10)
    expect((await page.screenshot()).byteLength).toBeGreaterThan(10_000)
    await page.close()
  })

  test.each([
    { width: 1280, scheme: "light" },
    { width: 1280, scheme: "dark" },
    { width: 360, scheme: "light" },
    { width: 360, scheme: "dark" },
    // 200 % of 1280.
    { width: 640, scheme: "light" },
  ] as const)("passes axe and fits in $width px in $scheme, overview and file", async ({ width, scheme }) => {
    for (const hash of ["", "#file-0"]) {
      const { page } = await show(browser, html, { width, scheme, hash })
      await page.evaluate(axe)
      const found: unknown = await page.evaluate(
        "axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => [impact, id, nodes.map(({ html }) => html)]))",
      )
      expect(found).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
      await page.close()
    }
  })

  test("twenty thousand entries are drawn, zoomed into and out of", async () => {
    const { page, problems } = await show(browser, htmlOf(reportOf(manyEntries(20_000))), { still: false })
    const picture = (): Promise<string> => page.evaluate(() => document.querySelector<HTMLCanvasElement>("#plane")?.toDataURL() ?? "")
    await expect.poll(async () => (await picture()).length).toBeGreaterThan(10_000)
    const before = await picture()
    await page.locator("#folder a").first().click()
    await expect.poll(() => page.locator("#way a").count()).toBe(2)
    await expect.poll(async () => (await picture()) !== before).toBe(true)
    await page.keyboard.press("Escape")
    await expect.poll(() => page.locator("#way a").count()).toBe(1)
    expect(await page.locator("#list caption").textContent()).toBe("2,000 of 20,000 files")
    await page.locator("#left").uncheck()
    await expect.poll(() => page.locator("#list caption").textContent()).toBe("20,000 of 20,000 files")
    await page.locator("#list button.more").click()
    await expect.poll(async () => (await paths(page)).length).toBeGreaterThan(500)
    expect(problems).toEqual([])
    await page.close()
  })
})
