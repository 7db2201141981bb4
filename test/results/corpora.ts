import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { collect } from "../../src/core/bytes.ts"
import { explainFault } from "../../src/core/fault.ts"
import { baseName } from "../../src/core/path.ts"
import type { Context } from "../../src/io/context.ts"
import { createContext } from "../../src/io/create-context.ts"
import type { Entry } from "../../src/model/artifact.ts"
import { parseTarget } from "../../src/registries/index.ts"
import { open } from "../../src/stages/open/open.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import type { Session } from "./kept-runs.ts"
import type { Line } from "./lines.ts"

/** The archives of other readers' test suites, from the sources that the distribution has of them: each is opened or refused by name, and every byte claimed. */
interface Corpus {
  readonly name: string
  readonly target: string
  readonly within: RegExp
}

const corpora: readonly Corpus[] = [
  { name: "libarchive", target: "deb-src:libarchive", within: /\/test\/[^/]+\.uu$/ },
  { name: "Go's standard library", target: "deb-src:golang-1.24", within: /\/src\/(?:archive|compress)\/.*\/testdata\/[^/]+$/ },
  {
    name: "Python's standard library",
    target: "deb-src:python3.13",
    within: /\/Lib\/test\/.*\.(?:tar|tgz|zip|zip64|exe|gz|bz2|xz|lzma|zst|whl|egg|pyz)$/,
  },
]

/** What became of one file. `none`: it is no archive that we, or its name, know. */
type Fate = { readonly kind: "opened" | "told" | "refused" | "unread" | "none" | "DEFECT"; readonly why: string }

const fateWords: Readonly<Record<Fate["kind"], string>> = {
  opened: "opened, nothing odd",
  told: "opened, with anomalies",
  refused: "refused with a fault",
  unread: "named and not read",
  none: "no archive",
  DEFECT: "DEFECTS",
}

/** Their table, the faults with how often each was met, and the lines that must hold. */
export async function runCorpora({ cache }: Session): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const ctx = createContext({ cache })
  const rows: (readonly string[])[] = []
  const whys = new Map<string, number>()
  const lines: Line[] = []
  for (const corpus of corpora) {
    const found = await fatesIn(corpus, ctx)
    if (typeof found === "string") {
      lines.push({
        what: `corpora: ${corpus.name}: each archive opened or refused by name, every byte claimed`,
        outcome: "not run",
        figure: found,
      })
      continue
    }
    const of = (kind: Fate["kind"]): number => found.fates.filter((fate) => fate.kind === kind).length
    rows.push([
      corpus.name,
      found.target,
      ...Object.keys(fateWords).map((kind) => String(found.fates.filter((fate) => fate.kind === kind).length)),
    ])
    for (const { kind, why } of found.fates)
      if (kind === "refused" || kind === "unread" || kind === "DEFECT")
        whys.set(`${fateWords[kind]} | ${why}`, (whys.get(`${fateWords[kind]} | ${why}`) ?? 0) + 1)
    const figure = `${found.fates.length - of("none")} archives: ${of("opened") + of("told")} opened, ${of("refused")} refused, ${of("unread")} named, ${of("DEFECT")} defects`
    const held = of("DEFECT") === 0 && of("opened") > 0
    lines.push({
      what: `corpora: ${corpus.name}: each archive opened or refused by name, every byte claimed`,
      outcome: held ? "held" : "NOT HELD",
      figure,
    })
  }
  const reasons = [...whys]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .map(([why, count]) => [...why.split(" | "), String(count)])
  return {
    lines,
    text: [markdownTable(["suite", "of", ...Object.values(fateWords)], rows), markdownTable(["outcome", "why", "files"], reasons)].join(
      "\n\n",
    ),
  }
}

async function fatesIn({ target, within }: Corpus, ctx: Context): Promise<{ target: string; fates: readonly Fate[] } | string> {
  const parsed = await parseTarget(target)
  const opened = parsed.ok ? await open(target, parsed.value, ctx) : parsed
  if (!opened.ok) return explainFault(opened.fault)
  const folder = mkdtempSync(join(tmpdir(), "everybyte-corpus-"))
  try {
    const fates: Fate[] = []
    for (const entry of opened.value.entries.filter(({ path, type }) => type === "file" && within.test(path))) {
      const { name, bytes } = await fileIn(entry)
      const path = join(folder, name)
      writeFileSync(path, bytes)
      const fate = await fateOf(path, ctx)
      if (fate.kind === "DEFECT" || fate.kind === "none") process.stderr.write(`  ${fate.kind}: ${entry.path}: ${fate.why}\n`)
      fates.push(fate)
      rmSync(path)
    }
    return { target: `${opened.value.name} (${fates.length} files)`, fates }
  } finally {
    await opened.value.close()
    rmSync(folder, { recursive: true })
  }
}

async function fateOf(path: string, ctx: Context): Promise<Fate> {
  try {
    const opened = await open(path, { kind: "path", path }, ctx)
    if (!opened.ok) return { kind: "refused", why: plain(explainFault(opened.fault), path) }
    const { layers, anomalies, close } = opened.value
    await close()
    const unread = anomalies.find(({ kind }) => kind === "unread-format")
    if (unread !== undefined) return { kind: "unread", why: plain(unread.message, path) }
    if (layers.length === 0) return { kind: "none", why: "opened as one file" }
    return { kind: anomalies.length === 0 ? "opened" : "told", why: "" }
  } catch (error) {
    return { kind: "DEFECT", why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** Names and numbers aside, so that equal reasons are one. */
const plain = (why: string, path: string): string =>
  why.replaceAll(path, "FILE").replaceAll(baseName(path), "FILE").replaceAll(/\d+/g, "#").slice(0, 200)

/** A file as it stands, or what an encoded one holds. */
async function fileIn(entry: Entry): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const bytes = await collect(entry.content.stream())
  const name = baseName(entry.path)
  const text = (): string => Buffer.from(bytes).toString("latin1")
  if (name.endsWith(".base64")) return { name: name.slice(0, -7), bytes: Buffer.from(text(), "base64") }
  return name.endsWith(".uu") ? { name: name.slice(0, -3), bytes: uudecode(text()) } : { name, bytes }
}

/** uuencode(1), the historical algorithm: a letter for each line's length, four characters for three bytes. */
function uudecode(text: string): Buffer {
  const lines = text.split(/\r?\n/)
  const begin = lines.findIndex((line) => line.startsWith("begin "))
  const parts = lines.slice(begin + 1, lines.indexOf("end", begin)).map((line) => {
    const size = (line.charCodeAt(0) - 32) & 63
    const values = [...line.slice(1)].map((letter) => (letter.charCodeAt(0) - 32) & 63)
    const out = Buffer.alloc(Math.ceil(values.length / 4) * 3)
    for (let at = 0; at < values.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = values.slice(at, at + 4)
      out.writeUIntBE(((a << 18) | (b << 12) | (c << 6) | d) >>> 0, (at / 4) * 3, 3)
    }
    return out.subarray(0, size)
  })
  return Buffer.concat(parts)
}
