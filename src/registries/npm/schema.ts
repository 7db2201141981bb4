import { z } from "zod"

/** The document of one version, as far as we read it. Everything in it is a statement of the registry or the publisher. */
export const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  gitHead: z.string().optional(),
  repository: z.union([z.string(), z.object({ url: z.string().optional(), directory: z.string().optional() })]).optional(),
  /** Why its publisher advises against it; true, where no reason was given. */
  deprecated: z.union([z.string(), z.boolean()]).optional(),
  dist: z.object({
    tarball: z.string(),
    integrity: z.string().optional(),
    shasum: z.string().optional(),
    /** The registry's own, over name, version and integrity. */
    signatures: z
      .array(z.object({ keyid: z.string(), sig: z.string() }))
      .max(100)
      .optional(),
    attestations: z.object({ url: z.string() }).optional(),
  }),
})
export type Manifest = z.infer<typeof Manifest>

/** The document of all versions, of which only their names and the tags are read. */
export const Packument = z.object({
  "dist-tags": z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), z.unknown()),
})
export type Packument = z.infer<typeof Packument>

/** One version in the document of all, as far as it says how it was published. Mirrors leave much of it out. */
const VersionFacts = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  /** The account that published it. */
  _npmUser: z.object({ name: z.string().max(1000).optional() }).optional(),
  /** The accounts that could publish the package when it was published. */
  maintainers: z
    .array(z.union([z.string().max(1000), z.object({ name: z.string().max(1000).optional() })]))
    .max(1000)
    .optional(),
  dist: z.object({ attestations: z.unknown() }).partial().optional(),
})
export type VersionFacts = z.infer<typeof VersionFacts>

/** The document of all versions, with the times at which they were published. */
export const History = z.object({
  "dist-tags": z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), VersionFacts),
  time: z.record(z.string(), z.string()).optional(),
})

/** The keys that a registry signs with. */
export const Keys = z.object({
  keys: z.array(z.object({ keyid: z.string(), key: z.string(), expires: z.string().nullish() })).max(1000),
})

/** The attestations of one version. */
export const Attestations = z.object({ attestations: z.array(z.object({ bundle: z.unknown() })) })
