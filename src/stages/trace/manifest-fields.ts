import { manifestBytesMax, tomlOf } from "../../core/toml.ts"

/** Where a project says that it lives, by the name of the field. */
export type Fields = ReadonlyMap<string, string>
type Read = (text: string) => Iterable<readonly [field: string, value: unknown]>

/** By the name that each ecosystem's tools look for. */
const manifests: readonly (readonly [name: RegExp, read: Read])[] = [
  [/(?:^|\/)package\.json$/, packageJson],
  [/(?:^|\/)Cargo\.toml$/, cargoToml],
  [/(?:^|\/)pyproject\.toml$/, pyproject],
  [/(?:^|\/)setup\.cfg$/, setupCfg],
  [/\.gemspec$/, gemspec],
  [/\.spec(?:\.in)?$/, rpmSpec],
  [/(?:^|\/)configure\.(?:ac|in)$/, configureAc],
]

export const isManifest = (path: string): boolean => manifests.some(([name]) => name.test(path))

const valueLength = 1000
const none: Fields = new Map()

/** The homepage of a manifest, where its source lives, and whom it tells to write to: what is no text there is no field. */
export function fieldsIn(path: string, bytes: Uint8Array): Fields {
  const read = manifests.find(([name]) => name.test(path))?.[1]
  if (read === undefined || bytes.byteLength > manifestBytesMax) return none
  const fields = new Map<string, string>()
  for (const [field, value] of read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"))) {
    const text = typeof value === "string" ? value.trim() : ""
    const known = fields.get(field)
    if (text !== "") fields.set(copied(field), copied(known === undefined ? text : `${known}, ${text}`))
  }
  return fields
}

/** A part of a text holds all of it in memory. */
const copied = (text: string): string => Buffer.from(text.slice(0, valueLength)).toString()

const tomlIn = (text: string): unknown => tomlOf(Buffer.from(text).toString("latin1"))

/** A member of an object, whatever it is. */
function at(value: unknown, ...names: readonly string[]): unknown {
  let found = value
  for (const name of names) {
    if (typeof found !== "object" || found === null) return undefined
    const own: unknown = Object.getOwnPropertyDescriptor(found, name)?.value
    found = own
  }
  return found
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null ? Object.entries(value) : []

/** docs.npmjs.com, package.json: `bugs` and `repository` are a text or an object. */
function* packageJson(text: string): ReturnType<Read> {
  const value = jsonOf(text)
  yield ["homepage", at(value, "homepage")]
  for (const [field, ...members] of [
    ["bugs", "url", "email"],
    ["repository", "url"],
  ] as const)
    for (const one of [at(value, field), ...members.map((member) => at(value, field, member))]) yield [field, one]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The Cargo Book, "The Manifest Format". */
function* cargoToml(text: string): ReturnType<Read> {
  const value = tomlIn(text)
  for (const table of [at(value, "package"), at(value, "workspace", "package")])
    for (const field of ["homepage", "repository"]) yield [field, at(table, field)]
}

/** PyPA specifications, "pyproject.toml": `urls`; and what Poetry and Flit have in their own tables. */
function* pyproject(text: string): ReturnType<Read> {
  const value = tomlIn(text)
  const poetry = at(value, "tool", "poetry")
  for (const urls of [at(value, "project", "urls"), at(poetry, "urls"), at(value, "tool", "flit", "metadata", "urls")])
    for (const [name, url] of entriesOf(urls)) yield [`urls.${name}`, url]
  for (const field of ["homepage", "repository"]) yield [field, at(poetry, field)]
  yield ["home-page", at(value, "tool", "flit", "metadata", "home-page")]
}

const metadataNames: ReadonlySet<string> = new Set(["url", "home-page", "bugtrack-url", "project-urls"])

/** setuptools, "Configuring setuptools using setup.cfg files": `name = value`, and lines that go on are indented. */
function* setupCfg(text: string): ReturnType<Read> {
  let [isMetadata, field] = [false, ""]
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue
    const goesOn = /^\s/.test(line)
    if (goesOn && isMetadata && metadataNames.has(field)) yield [field, line]
    if (goesOn || line === "") continue
    const cut = line.search(/[=:]/)
    if (line.startsWith("[")) [isMetadata, field] = [line.startsWith("[metadata]"), ""]
    else if (cut > 0) {
      field = line.slice(0, cut).trim().toLowerCase().replaceAll("_", "-")
      if (isMetadata && metadataNames.has(field)) yield [field, line.slice(cut + 1)]
    }
  }
}

/** RubyGems, "Specification Reference": `spec.homepage = "..."`, `spec.metadata["..._uri"] = "..."`. */
function* gemspec(text: string): ReturnType<Read> {
  for (const line of text.split("\n")) {
    const [, field, name, value] = /^\s*\w+\.(homepage|metadata\[["'](\w+_uri)["']\])\s*=\s*["']([^"']*)["']/.exec(line) ?? []
    if (field !== undefined) yield [name ?? field, value]
  }
}

/** rpm-spec(5): tags of the preamble, whose case does not matter. */
function* rpmSpec(text: string): ReturnType<Read> {
  for (const line of text.split("\n")) {
    const [, tag = "", value] = /^(URL|BugURL)\s*:(.*)$/i.exec(line) ?? []
    if (tag !== "") yield [tag.toLowerCase(), value]
  }
}

/** The GNU Autoconf manual, "Initializing configure": AC_INIT(package, version, bug-report, tarname, url). */
function* configureAc(text: string): ReturnType<Read> {
  const start = /^[ \t]*AC_INIT[ \t]*\(/m.exec(text)
  if (start === null) return
  const [, , report, , url] = argumentsIn(text.slice(start.index + start[0].length, start.index + argumentsLength))
  yield ["bug-report", report]
  yield ["url", url]
}

const argumentsLength = 16_384

/** The arguments of an m4 macro up to its closing parenthesis, without the quotes `[` and `]` around one. */
function argumentsIn(text: string): readonly string[] {
  const found: string[] = []
  let [quotes, depth, from] = [0, 0, 0]
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place]
    if (character === "[") quotes += 1
    else if (character === "]") quotes -= 1
    else if (quotes > 0) continue
    else if (character === "(") depth += 1
    else if (character === ")" && depth > 0) depth -= 1
    else if (character === ")" || (character === "," && depth === 0)) {
      found.push(unquoted(text.slice(from, place)))
      from = place + 1
      if (character === ")") return found
    }
  }
  return found
}

function unquoted(argument: string): string {
  const text = argument.trim()
  return text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1).trim() : text
}
