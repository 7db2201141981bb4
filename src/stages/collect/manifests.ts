import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import { isRecord, isText, shapedJson } from "../../core/shape.ts"
import { tomlOf } from "../../core/toml.ts"
import type { Entry } from "../../model/artifact.ts"
import type { NewDependency, ReleaseFacts } from "../../model/release-facts.ts"

type Lines = readonly [first: number, last: number]

/** What a package says of itself. */
export interface Manifest {
  readonly type: string
  readonly path: string
  readonly name: { readonly name: string; readonly lines: Lines } | undefined
  /** What it needs to run, by name. */
  readonly dependencies: ReadonlyMap<string, Requirement>
}

interface Requirement {
  readonly lines: Lines
  /** Undefined: it is not read. */
  readonly requirement: string | undefined
}

type Reader = (text: string) => Pick<Manifest, "name" | "dependencies">

/** Where each ecosystem states a package's name and needs, the most particular first: paths below the root. */
const readers: readonly { readonly type: string; readonly paths: RegExp; readonly read: Reader }[] = [
  { type: "npm", paths: /^(?:extension\/)?package\.json$/, read: packageJson },
  { type: "cargo", paths: /^Cargo\.toml$/, read: cargoToml },
  { type: "golang", paths: /^go\.mod$/, read: goModule },
  { type: "pypi", paths: /^(?:[^/]+\.dist-info\/METADATA|PKG-INFO)$/, read: coreMetadata },
  { type: "pypi", paths: /^pyproject\.toml$/, read: (text) => toml(text, "project", undefined) },
]

/** The manifest of a release; undefined: it has none that is read. */
export async function manifestOf(entries: readonly Entry[], root: string, limits: Limits): Promise<Manifest | undefined> {
  for (const { type, paths, read } of readers) {
    const entry = entries.find(
      ({ path, type: kind, size }) => kind === "file" && size <= limits.manifestBytesMax && paths.test(belowRoot(path, root)),
    )
    if (entry === undefined) continue
    const found = read(latin1(await entry.content.read(0, entry.size)))
    if (found.name !== undefined || found.dependencies.size > 0) return { type, path: entry.path, ...found }
  }
  return undefined
}

/** What the release states that it needs. */
export const statedBy = ({ path, dependencies }: Manifest, { dependenciesMax }: Limits): readonly NewDependency[] =>
  [...dependencies].slice(0, dependenciesMax).map(([name, stated]) => ({ name, path, ...stated }))

/** What of it the one before it does not. */
export const newDependencies = (now: Manifest, before: Manifest, limits: Limits): readonly NewDependency[] =>
  statedBy(now, limits).filter(({ name }) => !before.dependencies.has(name))

export const namedBy = ({ type, path, name }: Manifest): Pick<ReleaseFacts, "named"> =>
  name === undefined ? {} : { named: { name: type === "pypi" ? normalized(name.name) : name.name, type, path, lines: name.lines } }

/** As an index spells it (packaging specifications, "Names and normalization"). */
const normalized = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")

const isPackage = isRecord({}, { name: isText })

function packageJson(text: string): ReturnType<Reader> {
  const whole = shapedJson(text, isPackage)
  const json: unknown = whole
  const needs = ["dependencies", "optionalDependencies"].flatMap((kind) => entriesIn(json, kind))
  return {
    name: whole?.name === undefined ? undefined : { name: whole.name, lines: keyed(text, "name") },
    dependencies: new Map(
      needs.map(([name, stated]) => [name, { lines: keyed(text, name), requirement: typeof stated === "string" ? stated : undefined }]),
    ),
  }
}

function entriesIn(of: unknown, kind: string): readonly (readonly [string, unknown])[] {
  const value = typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === kind)?.[1] : undefined
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}

/** The line of a key of JSON as it is usually written: an escaped one is taken to be at the head. */
function keyed(text: string, key: string): Lines {
  const written = JSON.stringify(key)
  const at = text.split("\n").findIndex(
    (line) =>
      line.includes(written) &&
      line
        .slice(line.indexOf(written) + written.length)
        .trimStart()
        .startsWith(":"),
  )
  return [Math.max(1, at + 1), Math.max(1, at + 1)]
}

/** What a crate needs to be built counts too: it runs on the machine of whoever builds what needs it. A name may stand for another crate (The Cargo Book, "Renaming dependencies"). */
function cargoToml(text: string): ReturnType<Reader> {
  const { name, dependencies: stated } = toml(text, "package", /^\[(?:build-)?dependencies\]$/)
  const document = tomlOf(text)
  const needs = ["build-dependencies", "dependencies"].flatMap((kind) => entriesIn(document, kind))
  const dependencies = needs.map(([key, value]): readonly [string, Requirement] => {
    const fields = new Map(entriesIn({ value }, "value"))
    const [version, other] = [typeof value === "string" ? value : fields.get("version"), fields.get("package")]
    const lines = stated.get(key)?.lines ?? [1, 1]
    return [typeof other === "string" ? other : key, { lines, requirement: typeof version === "string" ? version : undefined }]
  })
  return { name, dependencies: new Map(dependencies) }
}

/** Only lines `name = "..."` of the table that names the package, and the keys of its table of dependencies. */
function toml(text: string, table: string, needs: RegExp | undefined): ReturnType<Reader> {
  let inside = ""
  let name: Manifest["name"]
  const dependencies = new Map<string, Requirement>()
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim()
    const lines: Lines = [index + 1, index + 1]
    if (/^\[.*\]$/.test(line)) inside = line
    const stated = inside === `[${table}]` ? /^name\s*=\s*["']([^"']+)["']/.exec(line)?.[1] : undefined
    if (stated !== undefined && name === undefined) name = { name: stated, lines }
    const own =
      /^\[(?:build-)?dependencies\.([\w-]+)\]$/.exec(line)?.[1] ??
      (needs?.test(inside) === true ? /^([\w-]+)\s*=/.exec(line)?.[1] : undefined)
    if (own !== undefined && needs !== undefined) dependencies.set(own, { lines, requirement: undefined })
  }
  return { name, dependencies }
}

function goModule(text: string): ReturnType<Reader> {
  const lines = text.split("\n")
  const at = lines.findIndex((line) => /^module\s+\S/.test(line))
  const name = /^module\s+"?([^\s"]+)/.exec(lines[at] ?? "")?.[1]
  return { name: name === undefined ? undefined : { name, lines: [at + 1, at + 1] }, dependencies: new Map() }
}

/** Core metadata: fields up to the first empty line (packaging specifications, "Core metadata"). What is needed for an extra alone is not needed. */
function coreMetadata(text: string): ReturnType<Reader> {
  let name: Manifest["name"]
  const dependencies = new Map<string, Requirement>()
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") break
    const lines: Lines = [index + 1, index + 1]
    const stated = /^Name:\s*(\S+)/i.exec(line)?.[1]
    if (stated !== undefined && name === undefined) name = { name: stated, lines }
    const [, needed, specifier = ""] = /^Requires-Dist:\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^();]*)/i.exec(line) ?? []
    if (needed !== undefined && !/\bextra\s*==/.test(line))
      dependencies.set(normalized(needed), { lines, requirement: specifier.includes("@") ? undefined : specifier.trim() })
  }
  return { name, dependencies }
}
