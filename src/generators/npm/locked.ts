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

/** What a registry serves at `NAME/-/BASE-VERSION.tgz`, whatever its host: the only kind of address that we replace by our own. */
export function isRegistryAddress(address: string, name: string, version: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, pathname } = new URL(address)
  const base = name.slice(name.indexOf("/") + 1)
  const encoded = pathname.replaceAll("%40", "@").replace(/%2f/gi, "/")
  return /^https?:$/.test(protocol) && encoded.endsWith(`/${name}/-/${base}-${version}.tgz`)
}
