import type { Browser } from "playwright-core"
import { afterAll, beforeAll, expect, test } from "vitest"
import { launch, show } from "./chromium.ts"
import { inChromium } from "./in-chromium.ts"
import { entryOf, htmlOf, reportOf, unexplained } from "./reports.ts"

/** Inert: each would set `window.pwned` if it ran, and nothing else. */
const payloads = [
  "</script><script>window.pwned=1</script>",
  "<img src=x onerror=window.pwned=1>",
  '"><svg onload=window.pwned=1>',
  "' onmouseover='window.pwned=1' x='",
  "<!--<script>window.pwned=1",
  "]]></script><body onload=window.pwned=1>",
  "javascript:window.pwned=1",
  "{{window.pwned=1}}$(window.pwned=1)`window.pwned=1`",
  "&lt;script&gt;window.pwned=1",
  "\u2028window.pwned=1\u2029",
  "\u202ecod.exe\u2066\u200b\ufeff",
  "\u001b]8;;http://x.invalid\u0007\u0000\u007f\u0085",
  "a\nb\r\nc\td",
  "\ud800 alone",
  "__proto__/constructor/hasOwnProperty",
  "../".repeat(40),
  "//",
  "n".repeat(4000),
  `${"d/".repeat(1500)}x`,
]

function hostile(): string {
  const entries = payloads.flatMap((payload, index) => [
    unexplained(`p-1/${payload}`, 3, { explanation: { kind: "unexplained", why: payload }, shown: [{ line: 1, text: payload }] }),
    entryOf(`p-1/s${index}/${payload}`, { explanation: { kind: "source", path: payload, confirmed: "bytes", effects: [payload] } }),
    entryOf(`p-1/l${index}`, { type: "link", target: payload, explanation: { kind: "undetermined", why: payload }, previous: "new" }),
  ])
  const all = payloads.join(" ")
  const report = reportOf(entries, {
    reasons: payloads,
    repository: { location: all, ref: all, commit: "0".repeat(40), how: "given", agrees: false, subdirectory: all, candidates: [] },
    previous: { target: all, sha256: all, by: all, accepted: true, gone: payloads },
    anomalies: payloads.map((payload) => ({ kind: "x", severity: "review", message: payload, layer: payload, path: payload })),
    findings: payloads.map((payload) => ({
      rule: "release/x",
      version: 1,
      severity: "alarm",
      message: payload,
      at: { path: payload },
      evidence: [{ what: payload, where: payload, digest: payload }],
    })),
    rules: [{ rule: "release/x", version: 1, outcome: "not-assessed", why: all }],
  })
  const artifact = {
    ...report.artifact,
    target: all,
    name: all,
    purl: all,
    chain: payloads,
    notLookedAt: payloads,
    declaredRepository: all,
  }
  const absent = payloads.map((path) => ({ path, mode: "100644", gitOid: "0".repeat(40), why: path }))
  const head = Buffer.from(all).toString("hex")
  const unread = [{ start: 0, end: 9, why: all, head }]
  const framing = [{ layer: all, format: all, size: 9, sha256: "0".repeat(64), claims: [], unexplained: unread }]
  const lines = payloads.flatMap((payload) => payload.split("\n"))
  return htmlOf(
    { ...report, artifact, ledger: { ...report.ledger, absent, framing } },
    {
      shown: [
        { entry: 0, lines: [lines[0] ?? "", all.replaceAll("\n", " "), "x".repeat(200_000)], base: [] },
        { entry: 3, lines: lines.slice(0, 3) },
      ],
      omitted: [{ entry: 6, limit: "exhibitBytesMax" }],
    },
  )
}

inChromium("hostile names and contents", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  test("run nothing, ask for nothing, make no element, and stand there as text that can be seen", async () => {
    const { page, problems } = await show(browser, hostile())
    await page.locator("#left").uncheck()
    for (const hash of [
      "",
      "#folder-1",
      ...payloads.map((_, index) => `#file-${index * 3}`),
      ...payloads.map((_, index) => `#file-${index * 3 + 1}`),
    ]) {
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
      await page.waitForFunction((to) => (document.getElementById("overview")?.hidden ?? false) === to.startsWith("#file"), hash)
    }
    const text = await page.evaluate(() => document.documentElement.textContent)
    expect(text).toContain("</script><script>window.pwned=1</script>")
    expect(text.replaceAll(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
    expect(await page.evaluate(() => "pwned" in window)).toBe(false)
    expect(
      await page.evaluate(() => [
        document.scripts.length,
        document.querySelectorAll("img, svg, iframe, object, [onload], [onerror], [onmouseover]").length,
      ]),
    ).toEqual([2, 0])
    expect(problems).toEqual([])
    await page.close()
  })

  test("and where a script or a style is let in all the same, the policy stops it", async () => {
    const html = htmlOf(reportOf([unexplained("p-1/a", 1)]))
    const injected = html.replace(
      "<main>",
      "<main><script>window.pwned=1</script><img src=http://x.invalid/ onerror=window.pwned=2><b style='color:red'></b>",
    )
    const { page, problems } = await show(browser, injected)
    expect(await page.evaluate(() => "pwned" in window)).toBe(false)
    expect(problems.filter((problem) => problem.startsWith("request"))).toEqual([])
    expect(problems.filter((problem) => problem.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(3)
    await page.close()
  })
})
