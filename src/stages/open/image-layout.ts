import type { Anomaly } from "../../core/anomaly.ts"
import type { Entry } from "../../model/artifact.ts"

/** A tar of an image: an OCI image layout, or what `docker save` writes; newer ones are both. */
export function mayBeImage(entries: readonly Entry[]): boolean {
  const has = (name: string): boolean => entries.some(({ path }) => path === name || path === `./${name}`)
  return has("oci-layout") || (has("manifest.json") && entries.some(({ path }) => isLayer(path)))
}

/** Where it stands in the layout: tar writes `./` before it where it is given the folder. */
export const placeOf = (path: string): string => path.replace(/^\.\//, "")
export const blobName = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/
/** Layers of `docker save` before it wrote blobs. */
export const isLayerName = (path: string): boolean => /^[^/]+\/layer\.tar$/.test(path)

/** Whether a path is that of a layer, for what its own entries are called. */
export const isLayer = (path: string): boolean => /(?:^|[/!])(?:blobs\/sha(?:256|512)\/[0-9a-f]+|[^/]+\/layer\.tar)$/.test(path)

/** What of a layer's names is no file: whiteouts remove what layers below have (image-spec, layer.md). */
export function whiteouts(entries: readonly Entry[], layer: string): readonly Anomaly[] {
  return entries.flatMap(({ path }) => {
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (!name.startsWith(".wh.")) return []
    const folder = path.slice(0, -name.length)
    const message =
      name === ".wh..wh..opq" ? `hides all that lower layers have in ${folder || "/"}` : `removes ${folder}${name.slice(4)} of lower layers`
    return [{ kind: "whiteout", severity: "note", message, layer, path } as const]
  })
}
