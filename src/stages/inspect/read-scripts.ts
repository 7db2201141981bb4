import { latin1 } from "../../core/bytes.ts"
import { faultsOf } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import { isNearlyText } from "../../core/text.ts"
import { type Analyser, type FilePaths, languages, type ReadPackaged } from "../../languages/index.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Script } from "../../model/code.ts"
import { EntryPaths } from "./entry-paths.ts"
import type { KnownTexts } from "./known-texts.ts"
import { handedBy } from "./named-otherwise.ts"
import { languageOf, Scripts, type Text, Wanted } from "./scripts.ts"

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
  /** Reads what the parsers of languages are made of. */
  readonly read: ReadPackaged
  /** Shared with the reading of another release. */
  readonly known?: KnownTexts | undefined
  /** Is shown each text once, with what it was read as. */
  readonly look?: (script: Script, text: string) => void
}

/** What the texts of a release are, each in its language. */
export interface ReadScripts {
  /** Where most entries stand. */
  readonly root: string
  readonly scripts: readonly Script[]
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
export async function readScripts({ entries, root: outer }: Inspectable, { limits, read, known, look }: ReadOptions): Promise<ReadScripts> {
  const root = `${outer}${wrapping(entries)}`
  const readable = await readableOf(entries, limits)
  const analysers = new Map<string, Analyser>()
  const files: FilePaths = new Set(entries.map(({ path }) => belowRoot(path, root)))
  const analysing = new Scripts(analysers, limits, new Set(languages.map(({ name }) => name)))
  const scripts: Script[] = []
  const paths = new EntryPaths(
    entries.map(({ path }) => path),
    root,
  )
  const [others, handed] = [new Map<string, Entry>(), new Map<string, Set<string>>()]
  const add = async (entry: Entry, text: Text, language: string): Promise<void> => {
    const analysed = (asked: FilePaths): Script => analysing.script(text, language, asked)
    for (;;) {
      try {
        const script = known === undefined ? analysed(files) : known.script(`${language}\0${entry.path}\0${entry.sha256}`, files, analysed)
        scripts.push(script)
        if (!handed.has(text.path)) look?.(script, text.text)
        return
      } catch (error) {
        // It, or a text inside it, is in a language that is not loaded yet: it is loaded, and the text read again. Most releases need few.
        if (!(error instanceof Wanted) || !(await load(error.language, analysers, read))) throw error
      }
    }
  }
  for (const entry of entries) {
    if (entry.type !== "file" || (entry.encoding === undefined && !readable.has(entry.path))) continue
    const text = await textOf(entry, limits)
    const language = languageOf(text, root, languages)
    if (language === undefined) others.set(entry.path, entry)
    else await add(entry, text, language.name)
  }
  // What no name or first line tells is in the language that a script has it read in; and may name more.
  for (const script of scripts) {
    for (const { path, language } of handedBy(script, paths)) {
      const entry = others.get(path)
      const before = handed.get(path) ?? new Set()
      // By whom it is named first decides nothing: it is read in each of a few languages.
      if (entry === undefined || before.has(language) || before.size >= handedMax || !languages.some(({ name }) => name === language))
        continue
      await add(entry, await textOf(entry, limits), language)
      handed.set(path, before.add(language))
    }
  }
  return { root, scripts, paths, readable, others: others.size - handed.size }
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

/** Loads a language once a run; whether it was to be loaded. */
async function load(language: string, analysers: Map<string, Analyser>, read: ReadPackaged): Promise<boolean> {
  const wanted = languages.find(({ name }) => name === language)
  if (wanted === undefined || analysers.has(language)) return false
  analysers.set(language, await wanted.load(read))
  return true
}
