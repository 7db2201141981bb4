import { z } from "zod"

/** The document of one version, as far as we read it. Everything in it is a statement of the registry or the publisher. */
export const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  gitHead: z.string().optional(),
  repository: z.union([z.string(), z.object({ url: z.string().optional(), directory: z.string().optional() })]).optional(),
  dist: z.object({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() }),
})
export type Manifest = z.infer<typeof Manifest>

/** The document of all versions, of which only their names and the tags are read. */
export const Packument = z.object({
  "dist-tags": z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), z.unknown()),
})
