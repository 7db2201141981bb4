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
/** Layers of `docker save` before it wrote blobs; skopeo, podman and buildah put the first such name as a link to the second, crane the third. */
export const isLayerName = (path: string): boolean => /^[^/]+\/layer\.tar$/.test(path) || savedDigest(path) !== undefined
/** The SHA-256 by which skopeo and its like (of the tar) and crane (of what is packed) call a layer. */
export const savedDigest = (path: string): string | undefined => /^(?:sha256:)?([0-9a-f]{64})\.tar(?:\.gz)?$/.exec(path)?.[1]

/** Whether a path is that of a layer, for what its own entries are called. */
export const isLayer = (path: string): boolean =>
  /(?:^|[/!])(?:blobs\/sha(?:256|512)\/[0-9a-f]+|[^/]+\/layer\.tar|(?:sha256:)?[0-9a-f]{64}\.tar(?:\.gz)?)$/.test(path)

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

/** umoci writes layers that end so. Whatever unpacks a layer is written in Go, so there its readers are of one mind. */
export const asInLayer = (anomaly: Anomaly): Anomaly => (anomaly.kind === "unpadded-end" ? { ...anomaly, severity: "note" } : anomaly)
