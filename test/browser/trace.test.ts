import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { Browser } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { traceForms } from "../../src/reporters/trace/index.ts"
import { hostileWith, whole } from "../fixtures/trace.ts"
import { launch, show } from "./chromium.ts"
import { inChromium } from "./in-chromium.ts"
import { look } from "./reports.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

inChromium("the page of a trace", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  test("shows all of its parts without a script, a request or a word of the console", async () => {
    const { page, problems } = await show(browser, traceForms.html(whole, look))
    expect(await page.locator("section h2").allTextContents()).toEqual([
      "People and rights",
      "Events (9)",
      "Holders",
      "Who else looked",
      "Opaque files (2)",
      "Hands",
      "Shipped, and kept out of the repository",
      "People (4)",
      "Not looked at",
    ])
    expect(await page.evaluate(() => document.scripts.length)).toBe(0)
    expect(problems).toEqual([])
    await page.close()
  })

  test("draws each person's bar within the page, from the first patch to the last commit, with a mark at each right", async () => {
    const { page, problems } = await show(browser, traceForms.html(whole, look))
    const bars = await page.locator("#rights tbody svg").evaluateAll((all) =>
      all.map((svg) => {
        const frame = svg.getBoundingClientRect()
        const boxes = [...svg.querySelectorAll("rect")].map((rect) => ({
          kind: rect.getAttribute("class"),
          box: rect.getBoundingClientRect(),
        }))
        return {
          kinds: boxes.map(({ kind }) => kind),
          areInside: boxes.every(({ box }) => box.left >= frame.left && box.right <= frame.right && box.width > 0 && box.height > 0),
          starts: boxes.map(({ box }) => Math.round(box.left - frame.left)),
        }
      }),
    )
    expect(bars.map(({ kinds }) => kinds)).toEqual([
      ["span", "mark first-push", "mark first-tag"],
      ["span", "mark first-push", "mark new-release-signer"],
    ])
    expect(bars.every(({ areInside }) => areInside)).toBe(true)
    for (const { starts } of bars) expect(starts).toEqual([...starts].sort((a, b) => a - b))
    expect(problems).toEqual([])
    await page.close()
  })

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [360, "light"],
  ] as const)("can be used by everybody, at %i pixels, %s", async (width, scheme) => {
    const { page } = await show(browser, traceForms.html(whole, look), { width, scheme })
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    await page.evaluate(axe)
    const found: unknown = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))",
    )
    expect(found).toEqual([])
    await page.close()
  })

  test("foreign text runs nothing, makes no element, and stands there as text that can be seen", async () => {
    const text =
      '</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>"><svg onload=window.pwned=1>\u202ecod.exe\u001b]8;;http://x.invalid\u0007'
    const { page, problems } = await show(browser, traceForms.html(hostileWith(text), look))
    expect(await page.evaluate(() => "pwned" in window)).toBe(false)
    expect(await page.evaluate(() => document.querySelectorAll("script, img, iframe, object, [onload], [onerror]").length)).toBe(0)
    const shown = await page.evaluate(() => document.documentElement.textContent)
    expect(shown).toContain("<script>window.pwned=1</script>")
    expect(shown).toContain("\\u{202e}cod.exe\\x1b]8")
    expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(problems).toEqual([])
    await page.close()
  })
})
