import { isList, isNumber, isRecord, isText, type Shaped } from "../core/shape.ts"

const isToolchainPackage = isRecord({
  name: isText,
  version: isText,
  architecture: isText,
  sha256: isText,
  /** The source package that it was built from. */
  source: isText,
})
/** A package of a distribution that is part of a root file system. */
export type ToolchainPackage = Shaped<typeof isToolchainPackage>

/** What a toolchain is, as it is kept beside its root (`toolchain.json`). */
export const isToolchainNote = isRecord({
  /** `trixie`; `trixie+xz-utils`: with what the distribution builds that source package with; `trixie:python`: with a set of ours. */
  name: isText,
  /** Of the name, the suite, the table of ours, and the digests of all packages and originals. */
  digest: isText,
  suite: isText,
  /** Of the signed index that it was resolved from, as the distribution states it. */
  date: isText,
  architecture: isText,
  packages: isList(isToolchainPackage),
  /** Upstream's own tarballs of tools that the distribution patches; unpacked to /usr/src/upstream/NAME. */
  originals: isList(isRecord({ name: isText, file: isText, sha256: isText })),
  /** What should be in it and is not, with the reason. */
  missing: isList(isText),
  installedBytes: isNumber,
})
export type ToolchainNote = Shaped<typeof isToolchainNote>

/** A root file system on this machine, made of a distribution's signed packages. */
export interface Toolchain extends Readonly<ToolchainNote> {
  /** The absolute folder to enter; anyone may read it. */
  readonly root: string
}
