import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName, belowRoot } from "../../core/path.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Place, Search, Value } from "../../model/code.ts"
import type { Evaluated, Inspected } from "../../model/inspection.ts"
import { normalised } from "./entry-paths.ts"
import { compilePattern, type Matcher } from "./posix-pattern.ts"

interface Searched {
  readonly entries: readonly Entry[]
  readonly root: string
  readonly limits: Limits
}

/** What each search of the scripts matches among the entries: the pattern is tried on the release itself, in one reading of it. */
export async function evaluated(scripts: readonly Inspected[], { entries, root, limits }: Searched): Promise<readonly Evaluated[]> {
  const found = searchesOf(scripts)
  const all = found.filter(({ search }) => !isOfUnknownFolder(search))
  const elsewhere = found.filter(({ search }) => isOfUnknownFolder(search))
  const tried = all.slice(0, limits.searchesMax).map(({ search, at }) => ({ search, at, matcher: matcherOf(search), matches: noPaths() }))
  const files = entries.filter(({ type }) => type === "file")
  const readsContent = tried.some(({ search, matcher }) => search.by === "content" && matcher !== undefined)
  for (const { path, size, content } of files) {
    const below = belowRoot(path, root)
    const here = tried.filter(({ search }) => isWithin(below, search, root))
    for (const { search, matcher, matches } of here)
      if (search.by === "name" && matcher?.(nameFor(search, below)) === true) matches.push(path)
    if (!readsContent || size > limits.textBytesMax) continue
    const wanting = here.filter(({ search }) => search.by === "content")
    if (wanting.length === 0) continue
    const text = latin1(await content.read(0, size))
    for (const { matcher, matches } of wanting) if (matcher?.(text) === true) matches.push(path)
  }
  const rest = all
    .slice(limits.searchesMax)
    .map(({ search, at }) => ({ search, at, matches: undefined, why: `more than ${limits.searchesMax} searches` }))
  return [
    ...tried.map(({ search, at, matcher, matches }) =>
      matcher === undefined
        ? { search, at, matches: undefined, why: "its pattern is not known, or none that can be tried" }
        : { search, at, matches, why: "tried on every entry" },
    ),
    ...elsewhere.map(({ search, at }) => ({ search, at, matches: [], why: "all that is in a folder of which nothing is known" })),
    ...rest,
  ]
}

const noPaths = (): string[] => []

function matcherOf(search: Search): Matcher | undefined {
  return search.pattern.kind === "text" && search.pattern.text !== "" ? compilePattern(search, search.pattern.text) : undefined
}

const nameFor = ({ pattern }: Search, path: string): string =>
  pattern.kind === "text" && pattern.text.includes("/") ? path : baseName(path)

/** All that is in a folder of which nothing is known: most are not of the release (pre-commit unpacks packages in one of its own). */
const isOfUnknownFolder = ({ by, pattern, within }: Search): boolean =>
  by === "name" && pattern.kind === "text" && /^[*/]*$/.test(pattern.text) && within.length > 0 && within.every(isUnknown)

function isUnknown(value: Value): boolean {
  switch (value.kind) {
    case "unknown":
      return value.variable === undefined
    case "joined":
      return value.parts.every((part) => isUnknown(part) || (part.kind === "text" && /^\/*$/.test(part.text)))
    case "either":
      return value.of.every(isUnknown)
    case "step":
      return isUnknown(value.of)
    default:
      return false
  }
}

/** Whether a path stands in one of the folders, or is one of the files, that are searched; where they are not known, it may. */
function isWithin(path: string, { within }: Search, root: string): boolean {
  const named = within.map((one) => (one.kind === "text" ? normalised(belowRoot(one.text, root)) : undefined))
  const known = named.filter((name) => name !== undefined && !name.startsWith("/") && !name.startsWith(".."))
  return known.length < within.length || known.length === 0 || known.some((name) => path === name || path.startsWith(`${name}/`))
}

/** Every different search among the values of the acts. */
function searchesOf(scripts: readonly Inspected[]): readonly { readonly search: Search; readonly at: Place }[] {
  const found = new Map<Search, Place>()
  const seen = new Set<Value>()
  const visit = (value: Value): void => {
    if (seen.has(value)) return
    seen.add(value)
    if (value.kind === "names") found.set(value.search, value.at)
    for (const part of partsOf(value)) visit(part)
  }
  for (const { acts } of scripts)
    for (const act of acts) {
      if (act.kind === "runs")
        for (const value of [act.what, ...(act.with ?? []), ...(act.input === undefined ? [] : [act.input])]) visit(value)
      if (act.kind === "writes") visit(act.what)
      if (act.kind === "writes" || act.kind === "reads") visit(act.path)
    }
  return [...found].map(([search, at]) => ({ search, at }))
}

function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case "joined":
      return value.parts
    case "either":
    case "step":
      return value.kind === "step" ? [value.of] : value.of
    case "file":
      return [value.path]
    case "fetched":
      return [value.from]
    case "names":
      return [value.search.pattern, ...value.search.within]
    case "export":
      return value.args ?? []
    case "text":
    case "environment":
    case "unknown":
      return []
  }
}
