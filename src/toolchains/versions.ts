import type { Toolchain } from "../model/toolchain.ts"
import { upstreamVersion } from "../registries/deb/version.ts"

/** Tools whose version a generated file may state. The packages have their names. */
const generators = [
  ...["autoconf", "automake", "autoconf-archive", "libtool", "gettext", "m4"],
  ...["bison", "flex", "groff", "po4a", "help2man", "texinfo", "doxygen", "mandoc", "gperf", "swig", "perl"],
  ...["python3-build", "python3-setuptools", "python3-hatchling", "flit", "python3-poetry-core", "cargo", "meson", "cmake"],
] as const

/** The upstream versions of the generators in a toolchain, without what Debian adds to them (`+dfsg`). */
export function toolVersions({ packages }: Pick<Toolchain, "packages">): ReadonlyMap<string, string> {
  const wanted: ReadonlySet<string> = new Set(generators)
  return new Map(
    packages.flatMap(({ name, version }) => (wanted.has(name) ? [[name, upstreamVersion(version).replace(/\+.*$/, "")] as const] : [])),
  )
}
