import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { baseName, belowRoot } from "../../core/path.ts"
import { isRecord, shapedJson } from "../../core/shape.ts"
import { tomlOf } from "../../core/toml.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Redirection } from "../../model/release-facts.ts"

type Found = Omit<Redirection, "path">

interface Release {
  readonly entries: readonly Entry[]
  readonly root: string
}

/** Where manifests of others lie, or of tests. */
const ofOthers = /(?:^|\/)(?:node_modules|vendor|third_party|testdata|tests?|__tests__|examples?|fixtures|docs?|bench(?:marks?)?)\//

/**
 * What the manifests of a release newly put in the place of a package that is asked for by name, against those at the same paths of the release before. Undefined: both have none that is read.
 * Another version of the same package is none, nor is a folder of the release itself.
 */
export async function newRedirections(now: Release, before: Release, limits: Limits): Promise<readonly Redirection[] | undefined> {
  const were = new Map(manifestsIn(before, limits).map((entry) => [belowRoot(entry.path, before.root), entry]))
  const pairs = manifestsIn(now, limits).flatMap((entry) => {
    const then = were.get(belowRoot(entry.path, now.root))
    return then === undefined ? [] : [{ entry, then }]
  })
  if (pairs.length === 0) return undefined
  const found: Redirection[] = []
  for (const { entry, then } of pairs) {
    if (entry.sha256 === then.sha256) continue
    const [all, known] = [await redirectionsOf(entry), new Set((await redirectionsOf(then)).map(keyOf))]
    for (const one of all) if (!known.has(keyOf(one)) && found.length < foundMax) found.push({ ...one, path: entry.path })
  }
  return found
}

const foundMax = 1000

const keyOf = ({ name, to }: Found): string => `${name} ${to}`

const manifestsIn = ({ entries, root }: Release, { manifestBytesMax }: Limits): readonly Entry[] =>
  entries.filter(
    ({ path, type, size }) =>
      type === "file" && readers.has(baseName(path)) && size <= manifestBytesMax && !ofOthers.test(belowRoot(path, root)),
  )

async function redirectionsOf({ path, size, content }: Entry): Promise<readonly Found[]> {
  return redirectionsIn(baseName(path), latin1(await content.read(0, size)))
}

/** By the name of the manifest: `replace` of Go, `[patch]` and `[replace]` of Cargo, `overrides` and `resolutions` of npm, yarn and pnpm, sources of uv. */
export const redirectionsIn = (manifest: string, text: string): readonly Found[] => [...(readers.get(manifest)?.(text) ?? [])]

const readers: ReadonlyMap<string, (text: string) => Iterable<Found>> = new Map([
  ["go.mod", replacedIn],
  ["Cargo.toml", patchedIn],
  ["package.json", overriddenIn],
  ["pyproject.toml", sourcedIn],
])

/** `replace old [version] => new [version]`, one or several between brackets (Go Modules Reference, "`replace` directive"); a path is a folder. */
function* replacedIn(text: string): Generator<Found> {
  let isInside = false
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/\/\/.*$/, "").trim()
    if (line.length > lineMax) continue
    if (/^replace\s*\($/.test(line)) isInside = true
    else if (line === ")") isInside = false
    const words = isInside ? line : /^replace\s+(.*)$/.exec(line)?.[1]
    const [, name, to] = /^["'`]?([^\s"'`]+)["'`]?(?:\s+\S+)?\s*=>\s*["'`]?([^\s"'`]+)/.exec(words ?? "") ?? []
    if (name !== undefined && to !== undefined && name !== to && !/^(?:\.{0,2}\/|[A-Za-z]:[\\/])/.test(to))
      yield { name, to, lines: [index + 1, index + 1] }
  }
}

const lineMax = 2000

/** The Cargo Book, "Overriding Dependencies". */
function* patchedIn(text: string): Generator<Found> {
  const document = tomlOf(text)
  const tables = [...fieldsOf(document, "patch").map(([, table]) => table), field(document, "replace")]
  for (const table of tables)
    for (const [key, how] of entriesOf(table)) {
      const name = key.replace(/[:@].*$/, "")
      const [git, registry, other] = ["git", "registry", "package"].map((one) => field(how, one))
      const to = [git, registry, other].find((one) => typeof one === "string" && one !== name)
      if (typeof to === "string") yield { name, to, lines: linesOf(text, key, to) }
    }
}

/** npm docs, package.json, "overrides"; yarn, "Selective dependency resolutions"; pnpm, "overrides". */
function* overriddenIn(text: string): Generator<Found> {
  const manifest: unknown = shapedJson(text.replace(/^\xef\xbb\xbf/, ""), isRecord({}, {}))
  for (const table of [field(manifest, "overrides"), field(manifest, "resolutions"), field(field(manifest, "pnpm"), "overrides")])
    yield* overridesIn(table, undefined, text, 0)
}

function* overridesIn(table: unknown, above: string | undefined, text: string, depth: number): Generator<Found> {
  if (depth > depthMax) return
  for (const [key, value] of entriesOf(table)) {
    const name = key === "." ? above : packageOf(key)
    if (name === undefined) continue
    if (typeof value !== "string") yield* overridesIn(value, name, text, depth + 1)
    else {
      const to = elsewhere(value, name)
      if (to !== undefined) yield { name, to, lines: linesOf(text, key, to) }
    }
  }
}

const depthMax = 32

/** The last package of a path of them, without a version: `x/a`, `b>a@1`, `@c/a@npm:1`. */
const packageOf = (key: string): string | undefined => /(?:^|[/>\s])((?:@[^@/\s>]+\/)?[^@/\s>]+)(?:@[^>]*)?$/.exec(key)?.[1]

/** Another package, an address or a repository; versions, folders, patches of a file and what is said elsewhere in the manifest are none. */
function elsewhere(value: string, name: string): string | undefined {
  const alias = /^npm:((?:@[^@/]+\/)?[^@/]+)(?:@|$)/.exec(value)?.[1]
  if (alias !== undefined) return alias === name ? undefined : alias
  return /^(?:https?:|git[+:@]|ssh:|github:|gitlab:|bitbucket:|gist:|(?![.~/])[\w.-]+\/[\w.-]+(?:#|$))/i.test(value)
    ? value.replace(/#.*$/s, "")
    : undefined
}

/** uv, "Dependency sources". */
function* sourcedIn(text: string): Generator<Found> {
  for (const [name, source] of fieldsOf(field(field(tomlOf(text), "tool"), "uv"), "sources"))
    for (const one of Array.isArray(source) ? source : [source])
      for (const to of [field(one, "git"), field(one, "url")])
        if (typeof to === "string") yield { name, to, lines: linesOf(text, name, to) }
}

const entriesOf = (of: unknown): readonly (readonly [string, unknown])[] =>
  typeof of === "object" && of !== null && !Array.isArray(of) ? Object.entries(of) : []
const field = (of: unknown, name: string): unknown => entriesOf(of).find(([key]) => key === name)?.[1]
const fieldsOf = (of: unknown, name: string): readonly (readonly [string, unknown])[] => entriesOf(field(of, name))

/** The last line that has both, else the last with the key, as such tables stand behind those that state needs; the head where it is spelled otherwise. */
function linesOf(text: string, key: string, to: string): Redirection["lines"] {
  const lines = text.split("\n")
  const both = lines.findLastIndex((line) => line.includes(key) && line.includes(to))
  const at = both === -1 ? lines.findLastIndex((line) => line.includes(key)) : both
  return [Math.max(0, at) + 1, Math.max(0, at) + 1]
}
