import { normalName } from "../python.ts"
import type { ReleaseFacts } from "../recipe.ts"

export const isSdist = (release: ReleaseFacts): boolean => sdistOf(release) !== undefined

export interface Sdist {
  readonly name: string
  readonly version: string
}

/** A source distribution (packaging.python.org, "Source distribution format"): `NAME-VERSION.tar.gz` with all below `NAME-VERSION/`, and PKG-INFO there. */
export function sdistOf({ name: file, format, root, files }: ReleaseFacts): Sdist | undefined {
  const [, name, version] = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)-(\d[\w.!+]*)\.tar\.gz$/.exec(file) ?? []
  if (name === undefined || version === undefined || format !== "gzip+tar" || !files.has("PKG-INFO")) return undefined
  const [, folder = "", same] = /^(?:\.\/)?(.+)-([^-]+)\/$/.exec(root) ?? []
  return normalName(folder) === normalName(name) && same === version ? { name, version } : undefined
}
