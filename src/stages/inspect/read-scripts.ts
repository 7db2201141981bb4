import { latin1 } from "../../core/bytes.ts"
import { faultsOf } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import { isNearlyText } from "../../core/text.ts"
import { languages } from "../../languages/index.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Script } from "../../model/code.ts"
import type { Oddity } from "../../model/inspection.ts"
import { EntryPaths } from "./entry-paths.ts"
import type { KnownTexts } from "./known-texts.ts"
import { handedBy } from "./named-otherwise.ts"
import { Readers } from "./readers.ts"
import { languageOf, type Text } from "./scripts.ts"
import type { Reading } from "./text-reader.ts"

export interface Inspectable {
  /** As a ledger has them: what is inside of a package's own containers, not these. */
  readonly entries: readonly Entry[]
  readonly root: string
}

/** The entries of a release that no ledger was made of. */
export async function unwrapped(artifact: Artifact, { depthMax }: Limits): Promise<Inspectable> {
  const open = async (entry: Entry, depth: number): Promise<readonly Entry[]> => {
    if (entry.isWrapping !== true || depth >= depthMax) return [entry]
    const inner = await faultsOf(() => artifact.openEntry(entry))
    if (!inner.ok) return [entry]
    return (await Promise.all(inner.value.entries.map((one) => open(one, depth + 1)))).flat()
  }
  return { entries: (await Promise.all(artifact.entries.map((entry) => open(entry, 0)))).flat(), root: artifact.root }
}

export interface ReadOptions {
  readonly limits: Limits
  /** Shared with the reading of another release. */
  readonly known?: KnownTexts | undefined
}

/** What the texts of a release are, each in its language. */
export interface ReadScripts {
  /** Where most entries stand. */
  readonly root: string
  readonly scripts: readonly Script[]
  readonly oddities: readonly Oddity[]
  readonly paths: EntryPaths
  /** Paths of opaque entries that are read as texts all the same. */
  readonly readable: ReadonlySet<string>
  /** Texts that no language claims. */
  readonly others: number
}

/** Languages that one text is read in, as scripts have it. */
const handedMax = 3

const headBytes = 4096

/** Reads every text of a release in the language that claims it, or that another script has it read in. */
export async function readScripts(release: Inspectable, options: ReadOptions): Promise<ReadScripts> {
  const root = `${release.root}${wrapping(release.entries)}`
  const files = new Set(release.entries.map(({ path }) => belowRoot(path, root)))
  const readers = new Readers({ files, limits: options.limits })
  try {
    return await readWith(readers, { ...release, root, files }, options)
  } finally {
    await readers.end()
  }
}

async function readWith(
  readers: Readers,
  { entries, root, files }: Inspectable & { readonly files: ReadonlySet<string> },
  { limits, known }: ReadOptions,
): Promise<ReadScripts> {
  const readable = await readableOf(entries, limits)
  const paths = new EntryPaths(
    entries.map(({ path }) => path),
    root,
  )
  const scripts: Script[] = []
  const oddities: Oddity[] = []
  const others = new Map<string, Entry>()
  const readingOf = async ({ entry: { path, sha256 }, text, language }: Claimed): Promise<Omit<Reading, "asked">> => {
    const key = `${language}\0${path}\0${sha256}`
    const reading = known?.find(key, files) ?? (await readers.read(text, language))
    known?.keep(key, reading)
    // Not what was asked: one text may ask for a hundred thousand paths.
    return { script: reading.script, oddities: reading.oddities }
  }
  async function* claimed(): AsyncGenerator<Claimed> {
    for (const entry of entries) {
      if (entry.type !== "file" || (entry.encoding === undefined && !readable.has(entry.path))) continue
      const text = await textOf(entry, limits)
      const language = languageOf(text, root, languages)?.name
      if (language === undefined) others.set(entry.path, entry)
      else yield { entry, text, language }
    }
  }
  for (const reading of await inLanes(claimed(), readers.lanes, readingOf)) {
    scripts.push(reading.script)
    oddities.push(...reading.oddities)
  }
  // What no name or first line tells is in the language that a script has it read in; and may name more.
  const handed = new Map<string, Set<string>>()
  for (const script of scripts) {
    for (const { path, language } of handedBy(script, paths)) {
      const entry = others.get(path)
      const before = handed.get(path) ?? new Set()
      // By whom it is named first decides nothing: it is read in each of a few languages.
      if (entry === undefined || before.has(language) || before.size >= handedMax || !languages.some(({ name }) => name === language))
        continue
      const reading = await readingOf({ entry, text: await textOf(entry, limits), language })
      scripts.push(reading.script)
      if (before.size === 0) oddities.push(...reading.oddities)
      handed.set(path, before.add(language))
    }
  }
  return { root, scripts, oddities, paths, readable, others: others.size - handed.size }
}

interface Claimed {
  readonly entry: Entry
  readonly text: Text
  readonly language: string
}

/** What is made of each item, in their order; of so many at a time. */
async function inLanes<T, Made>(items: AsyncGenerator<T>, lanes: number, make: (item: T) => Promise<Made>): Promise<readonly Made[]> {
  const made: Made[] = []
  let taken = 0
  const lane = async (): Promise<void> => {
    for (let next = await items.next(); next.done !== true; next = await items.next()) {
      const at = taken
      taken += 1
      made[at] = await make(next.value)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return made
}

/** Opaque entries that are nearly texts: scripts with a control character or two are run as well as others. */
async function readableOf(entries: readonly Entry[], { scriptBytesMax }: Limits): Promise<ReadonlySet<string>> {
  const readable = new Set<string>()
  for (const { path, type, encoding, size, content } of entries) {
    if (type !== "file" || encoding !== undefined || size > scriptBytesMax) continue
    if (isNearlyText(await content.read(0, Math.min(size, headBytes))) && isNearlyText(await content.read(0, size))) readable.add(path)
  }
  return readable
}

/** Where most entries stand inside one container of the package, as those of a gem and of a Debian package do, paths are seen from in there. */
function wrapping(entries: readonly Entry[]): string {
  const counts = new Map<string, number>()
  for (const { path } of entries) {
    const inside = path.slice(0, path.indexOf("!") + 1)
    counts.set(inside, (counts.get(inside) ?? 0) + 1)
  }
  const [most = ""] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
  return most
}

/** Of one that is too large to be analysed, its head: enough to know its language by. */
async function textOf({ path, size, content }: Entry, { scriptBytesMax }: Limits): Promise<Text> {
  const isWhole = size <= scriptBytesMax
  return { path, text: latin1(await content.read(0, isWhole ? size : headBytes)), isWhole }
}
