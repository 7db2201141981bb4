import { baseName, belowRoot, directoryOf } from "../../core/path.ts"
import type { Search, Value } from "../../model/code.ts"
import { compilePattern } from "./posix-pattern.ts"

/** What stands for text that is not known, in a path as far as it is. No path of ours holds it. */
const hole = "\0"

/** Entries that one path of a script may mean; more say nothing. */
const meantMax = 256

/** Characters of a name that must be known where a part of it is not: `lib` and the like say nothing. An ending does. */
const knownMin = 6

const lastMax = 4

/** What names nothing by itself, or any of several. */
const open = /^\.{0,2}$|[\0*?[\]\\]/

/** What an interpreter puts behind the name of a module (Node, Modules: "File modules", "Folders as modules"; Python, `import`). */
const endings = ["", ".js", ".cjs", ".mjs", ".json", ".ts", "/index.js", ".py", "/__init__.py", ".rb"]

/** Finds the entries that a script's paths mean. Scripts and entries are named as stored; what a script says is seen from below the release's root. */
export class EntryPaths {
  readonly #root: string
  readonly #stored: ReadonlyMap<string, string>
  readonly #byName = new Map<string, string[]>()
  /** All last components of paths, each between two holes: to look through one text costs a tenth of looking through each name. */
  readonly #names: string
  /** Last components that a script may name an entry by, with its ending and without. Most words of scripts are none. */
  readonly #spoken = new Set<string>()
  /** The last characters of those, up to `lastMax` of them. */
  readonly #lasts = new Set<string>()
  /** What globs match: scripts of one build ask for the same ones again and again. */
  readonly #globs = new Map<string, readonly string[]>()

  constructor(entries: readonly string[], root: string) {
    this.#root = root
    this.#stored = new Map(entries.map((path) => [belowRoot(path, root), path]))
    for (const path of this.#stored.keys()) {
      const name = baseName(path)
      const same = this.#byName.get(name)
      if (same === undefined) this.#byName.set(name, [path])
      else same.push(path)
      for (const ending of endings) if (path.endsWith(ending)) this.#spoken.add(baseName(path.slice(0, path.length - ending.length)))
    }
    this.#names = `${hole}${[...this.#byName.keys()].join(hole)}${hole}`
    for (const name of this.#spoken) for (let last = 1; last <= lastMax; last += 1) this.#lasts.add(name.slice(-last))
  }

  /** The entries that a value may name, seen from the script that holds it. `found`: what its searches match. */
  meant(value: Value, script: string, found: (search: Search) => readonly string[]): readonly string[] {
    const from = belowRoot(script, this.#root)
    const below = (search: Search): readonly string[] => found(search).map((path) => belowRoot(path, this.#root))
    const all = spellings(value, below, (end) => this.#mayEnd(end)).flatMap((spelling) => this.#spelled(spelling, from))
    const different = [...new Set(all)]
    return different.length > meantMax ? [] : different.map((path) => this.#stored.get(path) ?? path)
  }

  /** Whether the path of an entry may end so, whatever stands before. Most of what scripts say is said to people, and ends as no path does. */
  #mayEnd(end: string): boolean {
    const name = baseName(end)
    return open.test(name) || this.#lasts.has(name.slice(-lastMax))
  }

  /** A script that asks where it stands itself (`$0`, `__file__`) is told so as it is stored: what is not there as it says may be below the root. */
  #spelled(spelling: string, script: string): readonly string[] {
    const clean = normalised(spelling)
    if (clean === undefined) return []
    const found = this.#named(clean, script)
    const below = belowRoot(clean, this.#root)
    return found.length > 0 || below === clean ? found : this.#named(below, script)
  }

  #named(clean: string, script: string): readonly string[] {
    if (!clean.includes(hole)) return this.#at(clean, script)
    const tail = clean.slice(clean.lastIndexOf(hole) + 1)
    // Where only the folder is not known, as `$srcdir/` is.
    if (tail.startsWith("/") && tail.length > 1) return this.#endingIn(tail.slice(1))
    const name = baseName(clean)
    return name.includes(hole) ? this.#like(clean) : this.#endingIn(name)
  }

  /** From the root, from the script's folder, and from those above it: where a script runs is not said. Modules are named without their ending. */
  #at(path: string, script: string): readonly string[] {
    if (path.startsWith("/") || !(this.#spoken.has(baseName(path)) || path.endsWith(".."))) return []
    for (let folder = directoryOf(script); ; folder = directoryOf(folder.slice(0, -1))) {
      const there = normalised(`${folder}${path}`)
      const found = there === undefined ? undefined : endings.find((ending) => this.#stored.has(`${there}${ending}`))
      if (found !== undefined) return [`${there}${found}`]
      if (folder === "") break
    }
    const below = path.replace(/^(?:\.\.\/)+/, "")
    return this.#stored.has(below) ? [below] : below.includes("/") ? this.#endingIn(below) : []
  }

  #endingIn(tail: string): readonly string[] {
    const clean = tail.replace(/^(?:\.\.?\/)+/, "")
    return (this.#byName.get(baseName(clean)) ?? []).filter((path) => path === clean || path.endsWith(`/${clean}`))
  }

  /** A name of which a part is not known: the rest must say something. */
  #like(clean: string): readonly string[] {
    const name = baseName(clean)
    const known = name.replaceAll(hole, "").length
    if (known < knownMin && !endingAlone.test(name)) return []
    const glob = name.replaceAll(hole, "*")
    const paths = this.#globs.get(glob) ?? this.#matching(glob)
    this.#globs.set(glob, paths)
    return paths
  }

  /** Those whose last component fits a glob of a shell. */
  #matching(glob: string): readonly string[] {
    const near = [...this.#holding(literalOf(glob))]
    const fits = near.length === 0 ? undefined : compilePattern({ by: "name", syntax: "glob", ignoresCase: false }, glob)
    return fits === undefined ? [] : near.flatMap((name) => (fits(name) ? (this.#byName.get(name) ?? []) : []))
  }

  *#holding(literal: string): Generator<string> {
    let end = 0
    for (let at = this.#names.indexOf(literal); at !== -1; at = this.#names.indexOf(literal, end)) {
      const start = this.#names.lastIndexOf(hole, at) + 1
      end = this.#names.indexOf(hole, Math.max(at, start))
      if (end === -1) return
      yield this.#names.slice(start, end)
    }
  }
}

/** Nothing but an ending, and none of what a build makes itself: libtool's `$output.exe` is none of the release's programs. */
const endingAlone = /\0\.(?!(?:exe|dll|obj|lib|out|lo|la|so)$)[^.\0]{2,}$/

/** The longest text that stands in all that a glob matches: to look for it costs next to nothing. What a bracket or a backslash may mean is left out. */
function literalOf(glob: string): string {
  const [plain = ""] = glob.split(/[[\\]/, 1)
  return plain.split(/[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), "")
}

/** The texts that a value may be, with a hole where it is not known; none of a joined value no spelling of which `mayEnd` as it does. */
function spellings(
  value: Value,
  found: (search: Search) => readonly string[],
  mayEnd: (end: string) => boolean = () => true,
): readonly string[] {
  switch (value.kind) {
    case "text":
      return [value.text]
    case "either":
      return value.of.flatMap((one) => spellings(one, found, mayEnd)).slice(0, meantMax)
    case "names":
      return found(value.search).slice(0, meantMax + 1)
    // The first of what was found, the last, or all in another order.
    case "step":
      return value.how === "slice" || value.how === "edit" || value.how === "search" ? foundIn(value.of, found) : [hole]
    case "joined": {
      const last = value.parts.at(-1)
      // Spelled once: values of branches stand in one another, and twice each would be twice as long at every depth.
      const ending = last?.kind === "text" || last?.kind === "either" ? spellings(last, found, mayEnd) : undefined
      if (ending?.some(mayEnd) === false) return []
      return value.parts.reduce<readonly string[]>(
        (before, part, at) => {
          // Behind a folder stand the names in it, as a list of the folder gives them.
          const listed = before[0] === "" ? [hole] : foundIn(part, found)
          const ends = listed.includes(hole)
            ? ((at === value.parts.length - 1 ? ending : undefined) ?? spellings(part, found))
            : listed.map(baseName)
          if (before.length === 1 && ends.length === 1) return [`${before[0]}${ends[0]}`]
          return before.flatMap((start) => ends.map((end) => start + end)).slice(0, meantMax)
        },
        [""],
      )
    }
    default:
      return [hole]
  }
}

/** Names that a search gives, behind steps that choose among them; of anything else nothing is known. */
function foundIn(value: Value, found: (search: Search) => readonly string[]): readonly string[] {
  if (value.kind === "names") return found(value.search).slice(0, meantMax + 1)
  return value.kind === "step" ? foundIn(value.of, found) : [hole]
}

/** A name without folders, as most words are. */
const plain = /^(?!\.\.?$)[^/\0]+$/

/** Without `.` and inner `..`; undefined: no name at all. */
export function normalised(path: string): string | undefined {
  if (plain.test(path)) return path
  const parts: string[] = []
  for (const part of path.split("/")) {
    if (part === "." || (part === "" && parts.length > 0)) continue
    const last = parts.at(-1)
    if (part === ".." && last !== undefined && last !== ".." && last !== "" && !last.includes(hole)) parts.pop()
    else parts.push(part)
  }
  const clean = parts.join("/")
  return clean === "" || clean.replaceAll(hole, "").replaceAll("/", "") === "" ? undefined : clean
}
