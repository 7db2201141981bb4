import type { SourcePackage } from "./schema.ts"
import type { ListedFile } from "./stanza.ts"
import { compareVersions, upstreamVersion, withoutEpoch } from "./version.ts"

/** The files of a source package by what they are (dpkg-source(1), "Format: 3.0 (quilt)"). */
export interface PackageFiles {
  /** The upstream tarball; a native package's only one. */
  readonly upstream: ListedFile | undefined
  readonly signature: ListedFile | undefined
  /** Further upstream tarballs, `orig-NAME`. */
  readonly components: readonly ListedFile[]
  /** Debian's own half. */
  readonly debian: ListedFile | undefined
}

const tarball = /\.tar\.(?:gz|xz|bz2|lzma|zst)$/

export function packageFiles({ files }: SourcePackage): PackageFiles {
  const orig = files.find(({ name }) => /\.orig\.tar\.[a-z0-9]+$/.test(name))
  const native = files.find(({ name }) => tarball.test(name) && !/\.(?:orig(?:-[^.]+)?|debian)\.tar\./.test(name))
  return {
    upstream: orig ?? native,
    signature: files.find(({ name }) => orig !== undefined && name === `${orig.name}.asc`),
    components: files.filter(({ name }) => /\.orig-[^/]+\.tar\.[a-z0-9]+$/.test(name) && tarball.test(name)),
    debian: files.find(({ name }) => /\.debian\.tar\.[a-z0-9]+$|\.diff\.gz$/.test(name)),
  }
}

/** Whether a version is the one that was asked for: in full, without its epoch, or by its upstream part. */
export function isAskedFor(asked: string, version: string): boolean {
  return compareVersions(asked, version) === 0 || asked === withoutEpoch(version) || asked === upstreamVersion(version)
}
