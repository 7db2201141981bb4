import type { LockedPackage } from "../../model/replay.ts"

/** What a lock file says has to be fetched; `why`: it asks for something that we do not give it. */
export type Locked = { readonly packages: readonly LockedPackage[] } | { readonly why: string }

/** Where a package runs, as a lock file limits it (npm's documentation, "package.json", "os", "cpu", "libc"). */
export interface Platforms {
  readonly os?: readonly string[] | undefined
  readonly cpu?: readonly string[] | undefined
  readonly libc?: readonly string[] | undefined
}

/** Whether it is for the sandbox: Debian with glibc. `!word` excludes. */
export const isForSandbox = ({ os, cpu, libc }: Platforms, architecture: string): boolean =>
  fits(os, "linux") && fits(cpu, architecture) && fits(libc, "glibc")

function fits(wanted: readonly string[] | undefined, is: string): boolean {
  if (wanted === undefined || wanted.length === 0 || wanted.includes("any")) return true
  if (wanted.includes(`!${is}`)) return false
  const named = wanted.filter((one) => !one.startsWith("!"))
  return named.length === 0 || named.includes(is)
}

/** Each once, in the order of names and versions. The same name and version with two digests is refused later, by the one that does not fit. */
export function sortedPackages(all: Iterable<LockedPackage>): readonly LockedPackage[] {
  const byId = new Map([...all].map((one) => [`${one.name}@${one.version} ${one.integrity ?? ""}`, one]))
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** A digest that vouches. SHA-1 does not, as two files can be made that share one: then the registry's better one counts, and the package manager still looks at this. */
export const vouching = (integrity: string | undefined): string | undefined =>
  integrity?.split(/\s+/).some((one) => /^sha(?:256|384|512)-/.test(one)) === true ? integrity : undefined

/** What a registry serves at `NAME/-/BASE-VERSION.tgz`, whatever its host: the only kind of address that we replace by our own. */
export function isRegistryAddress(address: string, name: string, version: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, pathname } = new URL(address)
  const base = name.slice(name.indexOf("/") + 1)
  const encoded = pathname.replaceAll("%40", "@").replace(/%2f/gi, "/")
  return /^https?:$/.test(protocol) && encoded.endsWith(`/${name}/-/${base}-${version}.tgz`)
}

/** `NAME@REST` or `@SCOPE/NAME@REST`; without `@`, all is the name. */
export function splitName(text: string): readonly [name: string, rest: string] {
  const at = text.indexOf("@", 1)
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)]
}

export const noneToRead = (lockFile: string): Locked => ({ why: `its ${lockFile} is none that can be read` })

/** Only packages of a registry are fetched: what a git repository or another server gives has no digest that was promised, or none of the kind that is compared. */
export const fromElsewhere = (name: string, place: string): Locked => ({
  why: `its lock file takes ${name.slice(0, 200)} from ${place.slice(0, 200) || "nowhere"}, which is no registry's package`,
})
