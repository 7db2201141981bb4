import { PackageURL } from "packageurl-js"
import { escapeForeign } from "../core/escape.ts"
import { failed, ok, type Result } from "../core/fault.ts"
import { kindAt } from "../io/files.ts"
import type { Target } from "../model/target.ts"
import type { Registry } from "./registry.ts"

type Registries = ReadonlyMap<string, () => Promise<Registry>>

/**
 * What the user means: an address, a package URL, a path that exists or looks like one, or the short form `type:name@version`.
 * A file that is there wins over a short form of the same spelling.
 */
export async function targetOf(text: string, registries: Registries): Promise<Result<Target>> {
  if (text === "") return failed({ kind: "usage", why: "the artifact has an empty name", remedy: "name a path, an address or a package" })
  if (/^https?:\/\//i.test(text)) return ok({ kind: "address", url: text })
  if (text.startsWith("pkg:")) return fromPurl(text, registries)
  if (/^[./]/.test(text) || (await kindAt(text)) !== undefined) return ok({ kind: "path", path: text })
  const short = /^([a-z][a-z0-9-]*):(.+)$/s.exec(text)
  if (short !== null) return fromShortForm(short[1] ?? "", short[2] ?? "", registries)
  return failed({
    kind: "unavailable",
    source: shown(text),
    why: "there is no such file, and it is neither an address nor a package",
    remedy: `write a path, https://..., or TYPE:NAME@VERSION with TYPE one of ${typesOf(registries)}`,
  })
}

async function fromShortForm(type: string, rest: string, registries: Registries): Promise<Result<Target>> {
  const load = registries.get(type)
  if (load === undefined && rest.startsWith("//"))
    return failed({
      kind: "usage",
      why: `no ${shown(`${type}://`)} address is read here`,
      remedy: "give an http(s) address, or the path of a file",
    })
  if (load === undefined) return failed(unknownType(type, registries))
  const at = rest.indexOf("@", 1) // a scope starts with @
  const name = at < 0 ? rest : rest.slice(0, at)
  const version = at < 0 ? undefined : rest.slice(at + 1)
  if (version === "" || /\s/.test(rest)) {
    return failed({
      kind: "usage",
      why: `${shown(`${type}:${rest}`)} has no version after the @ or a space in it`,
      remedy: `write ${type}:NAME or ${type}:NAME@VERSION`,
    })
  }
  const purl = purlOf(await load(), name, version)
  if (purl !== undefined) return ok({ kind: "package", type, name, version, purl })
  return failed({
    kind: "usage",
    why: `${shown(`${type}:${rest}`)} names no package of that kind`,
    remedy: "write the whole name, with its group or namespace",
  })
}

/** The library throws for a name that its type cannot have. */
function purlOf(registry: Registry, ...named: Parameters<Registry["purl"]>): string | undefined {
  try {
    return registry.purl(...named)
  } catch {
    return undefined
  }
}

async function fromPurl(text: string, registries: Registries): Promise<Result<Target>> {
  const purl = parsePurl(text)
  if (purl === undefined) return failed(noPurl(text))
  const type =
    purl.type === "deb" && new Map(Object.entries(purl.qualifiers ?? {})).get("arch") === "source" ? "deb-src" : (purl.type ?? "")
  const load = purl.type === "deb-src" ? undefined : registries.get(type)
  if (load === undefined) return failed(unknownType(type, registries))
  const registry = await load()
  const unhonoured = unhonouredPart(purl, registry)
  if (unhonoured !== undefined)
    return failed({
      kind: "usage",
      why: `${unhonoured} of ${shown(text)} is not honoured here, and without it another package could be meant`,
      remedy: "leave it out, and configure the ecosystem's own settings where another registry is meant",
    })
  const { namespace, version = undefined } = purl
  const name =
    typeof namespace === "string" && registry.separator !== undefined ? `${namespace}${registry.separator}${purl.name}` : purl.name
  const given = Object.entries(purl.qualifiers ?? {}).filter(([key]) => registry.qualifiers?.includes(key) === true)
  const qualifiers = given.length === 0 ? undefined : Object.fromEntries(given)
  const canonical = purlOf(registry, name, version ?? undefined, qualifiers)
  if (canonical === undefined) return failed(noPurl(text))
  return ok({
    kind: "package",
    type,
    name,
    version: version ?? undefined,
    purl: canonical,
    ...(qualifiers === undefined ? {} : { qualifiers }),
  })
}

/** The part of a package URL that would say which package is meant, and that its registry does not look at. */
function unhonouredPart({ type, namespace, qualifiers, subpath }: PackageURL, registry: Registry): string | undefined {
  const isHonoured = (key: string, value: unknown): boolean =>
    (type === "deb" && key === "arch" && value === "source") || registry.qualifiers?.includes(key) === true
  const other = Object.entries(qualifiers ?? {}).find(([key, value]) => !isHonoured(key, value))
  if (other !== undefined) return `the qualifier ${shown(other[0])}`
  if (typeof subpath === "string" && subpath !== "") return "the subpath"
  if (type === "deb") return namespace === "debian" ? undefined : "the namespace"
  return typeof namespace === "string" && namespace !== "" && registry.separator === undefined ? "the namespace" : undefined
}

function parsePurl(text: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(text)
  } catch {
    return undefined // the library throws for what is malformed
  }
}

const noPurl = (text: string) =>
  ({
    kind: "usage",
    why: `${shown(text)} is no package URL`,
    remedy: "write pkg:TYPE/NAMESPACE/NAME@VERSION, as in pkg:npm/semver@7.6.3",
  }) as const

const unknownType = (type: string, registries: Registries) =>
  ({
    kind: "usage",
    why: `there is no registry ${shown(type)} here`,
    remedy: `those there are: ${typesOf(registries)}`,
  }) as const

const typesOf = (registries: Registries): string => [...registries.keys()].sort().join(", ")
const shown = (text: string): string => `"${escapeForeign(text.slice(0, 200))}"`
