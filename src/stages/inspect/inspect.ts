import { latin1 } from "../../core/bytes.ts"
import { faultsOf } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName, belowRoot } from "../../core/path.ts"
import { isNearlyText } from "../../core/text.ts"
import { type Analyser, knownPrograms, languages, type ReadPackaged } from "../../languages/index.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Blind, Script, Search } from "../../model/code.ts"
import type { Inspection, Oddity } from "../../model/inspection.ts"
import type { Decompress } from "../../parsers/parser.ts"
import { EntryPaths } from "./entry-paths.ts"
import { Exports } from "./exports.ts"
import { flowsOf } from "./flows.ts"
import { leaksOf } from "./leaks.ts"
import { handedBy } from "./named-otherwise.ts"
import { odditiesOf } from "./oddities.ts"
import { opaquesOf } from "./opaques.ts"
import { checkedProbes } from "./probes.ts"
import { Programs } from "./programs.ts"
import { languageOf, Scripts, type Text, Wanted } from "./scripts.ts"
import { evaluated } from "./searches.ts"
import { splitNamesOf } from "./split-names.ts"
import { installHooks, Moments, startHooks, startsOf } from "./when.ts"
import { Writings } from "./writings.ts"

export interface InspectOptions {
  readonly limits: Limits
  /** Reads what the parsers of languages are made of. */
  readonly read: ReadPackaged
  /** Undoes the compression of what is opaque. */
  readonly decompress: Decompress
}

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

/** Reads every text of a release in the language that claims it, and follows content to where it becomes program. Nothing of it is run. */
export async function inspect({ entries, root: outer }: Inspectable, { limits, read, decompress }: InspectOptions): Promise<Inspection> {
  const root = `${outer}${wrapping(entries)}`
  const readable = await readableOf(entries, limits)
  const texts = entries.filter(({ type, encoding, path }) => type === "file" && (encoding !== undefined || readable.has(path)))
  const analysers = new Map<string, Analyser>()
  const files = new Set(entries.map(({ path }) => belowRoot(path, root)))
  const analysing = new Scripts(analysers, files, limits, new Set(languages.map(({ name }) => name)))
  const scripts: Script[] = []
  const oddities: Oddity[] = []
  const paths = new EntryPaths(
    entries.map(({ path }) => path),
    root,
  )
  const [others, handed] = [new Map<string, Entry>(), new Map<string, Set<string>>()]
  const add = async (text: Text, language: string): Promise<void> => {
    const script = await analysed(text, language, analysing, { analysers, read })
    scripts.push(script)
    if (!handed.has(text.path)) oddities.push(...odditiesOf(text.path, text.text), ...splitNamesOf(script, text.text))
  }
  for (const entry of texts) {
    const text = await textOf(entry, limits)
    const language = languageOf(text, root, languages)
    if (language === undefined) others.set(entry.path, entry)
    else await add(text, language.name)
  }
  // What no name or first line tells is in the language that a script has it read in; and may name more.
  for (const script of scripts) {
    for (const { path, language } of handedBy(script, paths)) {
      const entry = others.get(path)
      const known = handed.get(path) ?? new Set()
      // By whom it is named first decides nothing: it is read in each of a few languages.
      if (entry === undefined || known.has(language) || known.size >= handedMax || !languages.some(({ name }) => name === language))
        continue
      await add(await textOf(entry, limits), language)
      handed.set(path, known.add(language))
    }
  }
  const starts = startsOf(scripts, paths)
  const when = new Moments(scripts, starts, root)
  const inspected = when.scripts
  const searches = await evaluated(inspected, { entries, root, limits })
  const matches = new Map<Search, readonly string[]>(searches.map(({ search, matches: found = [] }) => [search, found]))
  const [isKnown, ownNames] = [await knownPrograms(), new Set(entries.map(({ path }) => baseName(path)))]
  const writings = new Writings({ scripts: inspected })
  const exports = new Exports(inspected, root)
  const flows = flowsOf({
    writings,
    exports,
    scripts: inspected,
    when,
    paths,
    programs: new Programs(scripts, (name) => isKnown(name) || ownNames.has(name)),
    found: (search) => matches.get(search) ?? [],
    limits,
  })
  const leaks = leaksOf({ scripts: inspected, when, writings, exports, limits })
  const opaques = await opaquesOf(entries, scripts, { limits, decompress })
  const blind: readonly Blind[] = scripts.flatMap((script) => script.blind)
  return {
    scripts: inspected,
    momentOf: (act, script) => when.of(act, script),
    starts,
    hooks: new Set([...installHooks, ...startHooks]),
    flows,
    leaks,
    searches,
    probes: await checkedProbes(inspected, { limits, read }),
    oddities,
    readable,
    opaques,
    blind,
    others: others.size - handed.size,
  }
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

const headBytes = 4096

/** Languages that one text is read in, as scripts have it. */
const handedMax = 3

interface Loading {
  readonly analysers: Map<string, Analyser>
  readonly read: ReadPackaged
}

/** Loads what a text asks for, and reads it again: each language once a run. */
async function analysed(text: Text, language: string, analysing: Scripts, { analysers, read }: Loading): Promise<Script> {
  for (;;) {
    try {
      return analysing.script(text, language)
    } catch (error) {
      const wanted = error instanceof Wanted ? languages.find(({ name }) => name === error.language) : undefined
      if (wanted === undefined || analysers.has(wanted.name)) throw error
      analysers.set(wanted.name, await wanted.load(read))
    }
  }
}
