import { z } from "zod"

const Listed = z.object({ name: z.string(), size: z.number(), sha256: z.string() })

/** What is kept of an InRelease whose signature was verified; its key in the cache names the document and the key files. */
export const Release = z.object({
  fingerprint: z.string(),
  keyFrom: z.string(),
  origin: z.string(),
  suite: z.string(),
  codename: z.string(),
  date: z.string(),
  validUntil: z.string().optional(),
  byHash: z.boolean(),
  indexes: z.array(Listed),
})
export type Release = z.infer<typeof Release>

/** What is kept of a stanza of Sources. */
export const SourcePackage = z.object({
  version: z.string(),
  directory: z.string(),
  homepage: z.string().optional(),
  /** Everything that it is built with, as one field. */
  buildDepends: z.string(),
  files: z.array(Listed),
})
export type SourcePackage = z.infer<typeof SourcePackage>

/** What is kept of a stanza of Packages. */
export const BinaryPackage = z.object({
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  /** The source package that it is built from. */
  source: z.string(),
  sourceVersion: z.string(),
  /** Pre-Depends and Depends as one field. */
  depends: z.string(),
  conflicts: z.string(),
  provides: z.string(),
  priority: z.string(),
  /** Its estimate in KiB. */
  installedSize: z.number(),
  /** Where it stands on the mirror. */
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
})
export type BinaryPackage = z.infer<typeof BinaryPackage>

/** The answer of an earlier check of a detached signature. */
export const KeptSignature = z.union([
  z.object({
    kind: z.literal("valid"),
    fingerprint: z.string(),
    signer: z.string(),
    keyFrom: z.string(),
    created: z.string(),
  }),
  z.object({ kind: z.enum(["bad", "weak"]), fingerprint: z.string(), why: z.string() }),
  z.object({ kind: z.literal("unknown-key"), keyId: z.string() }),
])

/** A program that decoded what is kept. */
export const Tool = z.object({ name: z.string(), version: z.string() })
export type Tool = z.infer<typeof Tool>
