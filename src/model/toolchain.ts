import { z } from "zod"

const ToolchainPackage = z.object({
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  sha256: z.string(),
  /** The source package that it was built from. */
  source: z.string(),
})
/** A package of a distribution that is part of a root file system. */
export type ToolchainPackage = z.infer<typeof ToolchainPackage>

/** What a toolchain is, as it is kept beside its root (`toolchain.json`). */
export const ToolchainNote = z.object({
  /** `trixie`; `trixie+xz-utils`: with what the distribution builds that source package with; `trixie:python`: with a set of ours. */
  name: z.string(),
  /** Of the name, the suite, the table of ours, and the digests of all packages and originals. */
  digest: z.string(),
  suite: z.string(),
  /** Of the signed index that it was resolved from, as the distribution states it. */
  date: z.string(),
  architecture: z.string(),
  packages: z.array(ToolchainPackage),
  /** Upstream's own tarballs of tools that the distribution patches; unpacked to /usr/src/upstream/NAME. */
  originals: z.array(z.object({ name: z.string(), file: z.string(), sha256: z.string() })),
  /** What should be in it and is not, with the reason. */
  missing: z.array(z.string()),
  installedBytes: z.number(),
})
export type ToolchainNote = z.infer<typeof ToolchainNote>

/** A root file system on this machine, made of a distribution's signed packages. */
export interface Toolchain extends Readonly<ToolchainNote> {
  /** The absolute folder to enter; anyone may read it. */
  readonly root: string
}
