import { type Browser, chromium, type Page } from "playwright-core"

/** The browser that the environment names, undefined when it names none. */
export const named = process.env["EVERYBYTE_BROWSER"]
export const executablePath = named ?? "/usr/bin/chromium"

export const launch = (): Promise<Browser> =>
  // The sandbox needs rights that containers lack; what is shown is only ever a fixture of ours.
  chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"] })

export interface Shown {
  readonly page: Page
  /** Requests besides the page itself, errors, and whatever the console was told. */
  readonly problems: readonly string[]
}

export interface Looked {
  readonly width?: number
  readonly height?: number
  readonly scheme?: "light" | "dark"
  readonly hash?: string
  readonly still?: boolean
}

const address = "http://report.invalid/"

/** Shows the page as if a server had sent it. No request reaches a network: each is answered here or noted. */
export async function show(browser: Browser, html: string, looked: Looked = {}): Promise<Shown> {
  const { width = 1280, height = 900, scheme = "light", hash = "", still = true } = looked
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: still ? "reduce" : "no-preference",
  })
  const problems: string[] = []
  page.on("console", (message) => problems.push(`console ${message.type()}: ${message.text()}`))
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`))
  page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`))
  await page.route("**/*", (route) => {
    const url = route.request().url()
    if (url === address) return route.fulfill({ body: html, contentType: "text/html; charset=utf-8" })
    problems.push(`request: ${url}`)
    return route.abort()
  })
  await page.goto(`${address}${hash}`)
  return { page, problems }
}

/** The map is drawn once the browser has told its size. */
export const drawn = (page: Page): Promise<unknown> => page.waitForFunction('performance.getEntriesByName("everybyte draw").length > 0')
