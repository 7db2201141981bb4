import { z } from "zod"

/** As far as it is read (opencontainers image-spec, descriptor.md). */
export const Descriptor = z.object({ mediaType: z.string().optional(), digest: z.string(), size: z.number() })
export type Descriptor = z.infer<typeof Descriptor>

/** An index or a manifest: what they have in common is that they name others (image-index.md, manifest.md). */
export const Manifest = z.object({
  manifests: z.array(Descriptor).optional(),
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
})
export type Manifest = z.infer<typeof Manifest>

/** `manifest.json` of `docker save` (moby, image/tarexport). */
export const Saved = z.array(z.object({ Config: z.string(), Layers: z.array(z.string()) }))
export type Saved = z.infer<typeof Saved>

/** An image's configuration (config.md): digests of its layers when decompressed. */
export const Config = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) })
