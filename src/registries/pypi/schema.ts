import { z } from "zod"

/** A file of a project in an index (the simple repository API, PEP 691 and its versions), as far as we read it. */
const File = z.object({
  filename: z.string(),
  url: z.string(),
  hashes: z.record(z.string(), z.string()),
  /** Bytes (PEP 700). */
  size: z.int().nonnegative().optional(),
  /** When it was uploaded (PEP 700). */
  "upload-time": z.string().max(100).optional(),
  /** Withdrawn: true, or why (PEP 592). */
  yanked: z.union([z.boolean(), z.string()]).optional(),
  /** Where its attestations are (PEP 740, API version 1.3). */
  provenance: z.string().nullish(),
})
export type File = z.infer<typeof File>

/** The page of a project. */
export const Project = z.object({ files: z.array(File).max(100_000) })

/** PEP 740, "Provenance objects". A publisher's own fields differ by its kind. */
export const ProvenanceObject = z.object({
  attestation_bundles: z.array(
    z.object({
      publisher: z.object({ kind: z.string(), repository: z.string().optional() }),
      attestations: z.array(
        z.object({
          version: z.literal(1),
          verification_material: z.object({ certificate: z.string(), transparency_entries: z.array(z.unknown()) }),
          envelope: z.object({ statement: z.string(), signature: z.string() }),
        }),
      ),
    }),
  ),
})
export type ProvenanceObject = z.infer<typeof ProvenanceObject>
