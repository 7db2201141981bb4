import { isRecord, shapedJson } from "../../core/shape.ts"
import { tomlOf } from "../../core/toml.ts"
import type { NewDependency } from "../../model/release-facts.ts"

type Lines = readonly [first: number, last: number]

/** What one manifest says. */
export interface Read {
  readonly name: { readonly name: string; readonly lines: Lines } | undefined
  /** What it needs to run; of a crate also to be built. */
  readonly needs: readonly Omit<NewDependency, "path">[]
  /** Why that is not all, or not known. */
  readonly unread?: string
}

type Reader = (text: string) => Read

/** Where each ecosystem states a package's name and needs, the most particular first: paths below the root. */
export const readers: readonly { readonly type: string; readonly paths: RegExp; readonly read: Reader }[] = [
  { type: "npm", paths: /^(?:extension\/)?package\.json$/, read: packageJson },
  { type: "cargo", paths: /^Cargo\.toml$/, read: cargoToml },
  { type: "golang", paths: /^go\.mod$/, read: goModule },
  { type: "pypi", paths: /^[^/]+\.dist-info\/METADATA$/, read: coreMetadata },
  { type: "pypi", paths: /^PKG-INFO$/, read: sourceMetadata },
  { type: "pypi", paths: /^pyproject\.toml$/, read: pyproject },
]

/** The same for a name: what people write themselves goes before what tools make of it. */
export const readersOfNames = readers.toSorted((a, b) => Number(isMade(a.paths)) - Number(isMade(b.paths)))

function isMade({ source }: RegExp): boolean {
  return /METADATA|PKG-INFO/.test(source)
}

const isObject = isRecord({}, {})

/** npm takes the mark of UTF-8 away, and installs what is needed, what is there if it can be, and since version 7 what is expected beside it. */
function packageJson(text: string): Read {
  const json: unknown = shapedJson(text.replace(/^\xef\xbb\xbf/, ""), isObject)
  if (json === undefined) return { name: undefined, needs: [], unread: "package.json is no JSON object" }
  const lines = keysOf(text)
  const lineOf = (key: string): Lines => lines.get(key) ?? [1, 1]
  const own = new Map(fieldsOf({ json }, "json"))
  const name = own.get("name")
  const optional = new Map(fieldsOf(json, "peerDependenciesMeta"))
  const peers = fieldsOf(json, "peerDependencies").filter(
    ([key]) => new Map(fieldsOf({ of: optional.get(key) }, "of")).get("optional") !== true,
  )
  const needs = [...["dependencies", "optionalDependencies"].flatMap((kind) => fieldsOf(json, kind)), ...peers]
  return {
    name: typeof name === "string" ? { name, lines: lineOf("name") } : undefined,
    needs: needs.map(([key, stated]) => ({ name: key, lines: lineOf(key), requirement: typeof stated === "string" ? stated : undefined })),
  }
}

function fieldsOf(of: unknown, kind: string): readonly (readonly [string, unknown])[] {
  const value = typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === kind)?.[1] : undefined
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}

/** The first line of each key of JSON as it is usually written: an escaped one is taken to be at the head. */
function keysOf(text: string): ReadonlyMap<string, Lines> {
  const found = new Map<string, Lines>()
  for (const [index, line] of text.split("\n").entries())
    for (const [, key = ""] of line.matchAll(/"([^"\\]*)"\s*:/g)) if (!found.has(key)) found.set(key, [index + 1, index + 1])
  return found
}

/** What a crate needs to be built counts too: it runs on the machine of whoever builds what needs it. A name may stand for another crate (The Cargo Book, "Renaming dependencies"). */
function cargoToml(text: string): Read {
  const { name, needs: stated } = toml(text, "package", /^\[(?:build-)?dependencies\]$/)
  const document = tomlOf(text)
  if (document === undefined) return { name, needs: [], unread: "Cargo.toml is no TOML" }
  const lines = new Map(stated.map((one) => [one.name, one.lines]))
  const needs = ["build-dependencies", "dependencies"].flatMap((kind) => fieldsOf(document, kind))
  return {
    name,
    needs: needs.map(([key, value]) => {
      const fields = new Map(fieldsOf({ value }, "value"))
      const [version, other] = [typeof value === "string" ? value : fields.get("version"), fields.get("package")]
      return {
        name: typeof other === "string" ? other : key,
        lines: lines.get(key) ?? [1, 1],
        requirement: typeof version === "string" ? version : undefined,
      }
    }),
  }
}

function pyproject(text: string): Read {
  return { ...toml(text, "project", undefined), unread: "what pyproject.toml needs is not read" }
}

/** Only lines `name = "..."` of the table that names the package, and the keys of its table of dependencies. */
function toml(text: string, table: string, kind: RegExp | undefined): Read {
  let inside = ""
  let name: Read["name"]
  const needs: Omit<NewDependency, "path">[] = []
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim()
    const lines: Lines = [index + 1, index + 1]
    if (/^\[.*\]$/.test(line)) inside = line
    const stated = inside === `[${table}]` ? /^name\s*=\s*["']([^"']+)["']/.exec(line)?.[1] : undefined
    if (stated !== undefined && name === undefined) name = { name: table === "project" ? normalized(stated) : stated, lines }
    const own =
      /^\[(?:build-)?dependencies\.([\w-]+)\]$/.exec(line)?.[1] ??
      (kind?.test(inside) === true ? /^([\w-]+)\s*=/.exec(line)?.[1] : undefined)
    if (own !== undefined && kind !== undefined) needs.push({ name: own, lines, requirement: undefined })
  }
  return { name, needs }
}

function goModule(text: string): Read {
  const lines = text.split("\n")
  const at = lines.findIndex((line) => /^module\s+\S/.test(line))
  const name = /^module\s+"?([^\s"]+)/.exec(lines[at] ?? "")?.[1]
  return { name: name === undefined ? undefined : { name, lines: [at + 1, at + 1] }, needs: [], unread: "what go.mod requires is not read" }
}

/** As an index spells it (packaging specifications, "Names and normalization"). */
const normalized = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")

/** Of a source distribution, before 2.2 they promise nothing, and since then not what they call dynamic (PEP 643). */
function sourceMetadata(text: string): Read {
  const found = coreMetadata(text)
  const [head = ""] = text.split(/\r?\n\r?\n/, 1)
  const version = Number(/^Metadata-Version:\s*([\d.]+)/im.exec(head)?.[1] ?? 0)
  const isOpen = /^Dynamic:\s*Requires-Dist\s*$/im.test(head) || (version < 2.2 && found.needs.length === 0)
  return isOpen ? { ...found, unread: "its metadata leave open what it needs" } : found
}

/** Core metadata: fields up to the first empty line (packaging specifications, "Core metadata"). What is needed for an extra alone is not needed; one of several markers may hold without it. */
function coreMetadata(text: string): Read {
  let name: Read["name"]
  const needs: Omit<NewDependency, "path">[] = []
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") break
    const lines: Lines = [index + 1, index + 1]
    const [, field = "", value = ""] = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (/^name$/i.test(field) && name === undefined) name = { name: normalized(value), lines }
    const isNeed = /^requires-dist$/i.test(field) && !(/\bextra\s*==/.test(value) && !/\bor\b/.test(value))
    const [, needed, extras = "", specifier = ""] = isNeed ? (/^([\w.-]+)\s*(?:\[([^\]]*)\])?\s*\(?([^();]*)/.exec(value) ?? []) : []
    if (needed === undefined) continue
    const requirement = specifier.includes("@") ? undefined : specifier.trim().replace(/,$/, "")
    needs.push({ name: normalized(needed), lines, requirement, ...(extras.trim() === "" ? {} : { extras }) })
  }
  return { name, needs }
}
