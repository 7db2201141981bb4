/**
 * The picture of the HTML report in the README, from a real report:
 *
 *   ./everybyte explain deb-src:xz-utils@5.8.1 --repository ../xz@v5.8.1 --format html -o /tmp/xz.html
 *   node tools/node.mjs tools/report-picture.ts /tmp/xz.html docs/report.png
 */
import { readFileSync } from "node:fs"
import { drawn, launch, show } from "../test/browser/chromium.ts"

const [report, picture] = process.argv.slice(2)
if (report === undefined || picture === undefined) throw new Error("give the report and where to write its picture")
const browser = await launch()
try {
  const { page } = await show(browser, readFileSync(report, "utf8"), { width: 1280, height: 1000 })
  await drawn(page)
  await page.screenshot({ path: picture })
} finally {
  await browser.close()
}
