import { z } from "zod"

/** Cargo's configuration (doc.rust-lang.org/cargo, "Configuration" and "Source Replacement"), as far as we read it. */
export const Configuration = z.object({
  source: z
    .record(
      z.string(),
      z.object({
        "replace-with": z.string().optional(),
        registry: z.string().optional(),
        "local-registry": z.string().optional(),
        directory: z.string().optional(),
        git: z.string().optional(),
      }),
    )
    .optional(),
  registries: z.record(z.string(), z.object({ index: z.string().optional(), token: z.string().optional() })).optional(),
  http: z.object({ proxy: z.string().optional(), cainfo: z.string().optional() }).optional(),
})
export type Configuration = z.infer<typeof Configuration>

/** `config.json` at the root of an index ("Registry Index", "Index Configuration"). */
export const IndexConfiguration = z.object({ dl: z.string(), "auth-required": z.boolean().optional() })
export type IndexConfiguration = z.infer<typeof IndexConfiguration>

/** A line of a crate's file in the index. Each is a version. */
export const Release = z.object({
  name: z.string(),
  vers: z.string(),
  cksum: z.string().regex(/^[0-9a-f]{64}$/),
  yanked: z.boolean().nullish(),
  /** When it was published. */
  pubtime: z.string().max(100).nullish(),
})
export type Release = z.infer<typeof Release>

/** `.cargo_vcs_info.json`, as cargo writes it into a crate ("cargo package"). */
export const VcsInfo = z.object({
  git: z.object({ sha1: z.string(), dirty: z.boolean().optional() }),
  path_in_vcs: z.string().optional(),
})

export const Manifest = z.object({ package: z.object({ repository: z.string().optional() }) })
