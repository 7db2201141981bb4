import type { z } from "zod"
import type { Anomaly } from "../../core/anomaly.ts"
import { collect } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { resolveLink } from "../../core/path.ts"
import type { Entry } from "../../model/artifact.ts"
import { blobName, isLayerName, placeOf, savedDigest } from "./image-layout.ts"
import { Config, type Descriptor, Manifest, Saved } from "./image-schema.ts"

/** What an image is read with: the name of its layer, and who is told. */
export interface Reading {
  readonly layer: string
  readonly limits: Limits
  readonly say: (anomaly: Anomaly) => void
}

/** Looks at an image as a whole: names against digests, what its manifests name against what is there. Gives back its entries, of which layers are marked to be opened. */
export async function readImage(entries: readonly Entry[], reading: Reading): Promise<readonly Entry[]> {
  const image = new Image(entries, reading)
  await image.read()
  return entries.map((entry) => (image.layers.has(placeOf(entry.path)) ? { ...entry, isWrapping: true } : entry))
}

class Image {
  /** Paths of the layers that some manifest names. */
  readonly layers = new Set<string>()
  readonly #named = new Set<string>()
  /** Bytes of documents, each as often as it is asked for. */
  #read = 0
  readonly #byPath: ReadonlyMap<string, Entry>
  readonly #reading: Reading

  constructor(entries: readonly Entry[], reading: Reading) {
    this.#byPath = new Map(entries.map((entry) => [placeOf(entry.path), entry]))
    this.#reading = reading
  }

  async read(): Promise<void> {
    for (const [path, entry] of this.#byPath) this.#checkName(path, entry)
    const byIndex = this.#byPath.has("index.json") ? await this.#index("index.json") : undefined
    const bySaved = this.#byPath.has("manifest.json") ? await this.#saved() : undefined
    if (byIndex !== undefined && [...(bySaved ?? [])].some((path) => !byIndex.has(path)))
      this.#say(
        "review",
        "two-manifests",
        "it names layers that index.json does not: OCI readers go by that one, docker before 25 by this",
        "manifest.json",
      )
    for (const [path, entry] of this.#byPath)
      if ((blobName.test(path) || isLayerName(path)) && !this.#named.has(path) && !this.#named.has(targetOf(path, entry) ?? path))
        this.#say("review", "unnamed-blob", "no manifest of the image names it: no reader unpacks it", path)
  }

  /** A blob is called by its digest (image-layout.md), and so are the layers of some that write what `docker save` does. */
  #checkName(path: string, { sha256 }: Entry): void {
    const [, algorithm, hex = savedDigest(path)] = blobName.exec(path) ?? []
    if (hex !== undefined && algorithm !== "sha512" && hex !== sha256)
      this.#say("review", "blob-digest", `its name is not its SHA-256, which is ${sha256}`, path)
    if (algorithm === "sha512") this.#say("note", "blob-digest", "named by a SHA-512, which was not compared", path)
  }

  /** Paths of the layers below an index or a manifest. */
  async #index(path: string): Promise<ReadonlySet<string>> {
    const layers = new Set<string>()
    const seen = new Set<string>()
    const queue = [path]
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      const document = await this.#json(at, Manifest)
      if (document === undefined) continue
      for (const one of document.manifests ?? []) queue.push(...this.#blobOf(one))
      const config = document.config === undefined ? [] : this.#blobOf(document.config)
      const own = (document.layers ?? []).flatMap((one) => this.#blobOf(one))
      for (const one of own) layers.add(one)
      for (const one of config) if (/config.*\+json|container\.image/.test(document.config?.mediaType ?? "")) await this.#diffs(one, own)
    }
    for (const one of layers) this.layers.add(one)
    return layers
  }

  /** Where a descriptor's blob is, when it is here. */
  #blobOf({ digest, size }: Descriptor): readonly string[] {
    const path = `blobs/${digest.replace(":", "/")}`
    const entry = this.#byPath.get(path)
    this.#named.add(path)
    if (entry === undefined) {
      this.#say("note", "missing-blob", `a manifest names ${digest}, which is not here`, "index.json")
      return []
    }
    if (entry.size !== size) this.#say("review", "blob-size", `${entry.size} bytes, of which a manifest says they are ${size}`, path)
    return [path]
  }

  async #saved(): Promise<ReadonlySet<string>> {
    const layers = new Set<string>()
    for (const { Config: config, Layers } of (await this.#json("manifest.json", Saved)) ?? []) {
      this.#named.add(config)
      const stem = /^(?:.*\/)?(?:sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(config)?.[1]
      const found = this.#byPath.get(config)
      if (found === undefined) this.#say("note", "missing-blob", `it names the configuration ${config}, which is not here`, "manifest.json")
      else if (stem !== found.sha256) this.#say("review", "blob-digest", `its name is not its SHA-256, which is ${found.sha256}`, config)
      const own = Layers.map((one) => this.#layerAt(one))
      for (const one of own) layers.add(one)
      if (found !== undefined) await this.#diffs(config, own)
    }
    for (const one of layers) {
      this.layers.add(one)
      if (!this.#byPath.has(one)) this.#say("note", "missing-blob", `it names the layer ${one}, which is not here`, "manifest.json")
    }
    return layers
  }

  /** A layer that the image has twice is a link to the first. */
  #layerAt(path: string): string {
    this.#named.add(path)
    const target = targetOf(path, this.#byPath.get(path))
    if (target !== undefined) this.#named.add(target)
    return target ?? path
  }

  /** A layer that is not compressed has the digest that the configuration gives it. Of the others it is not compared here. */
  async #diffs(config: string, layers: readonly string[]): Promise<void> {
    const ids = (await this.#json(config, Config))?.rootfs.diff_ids
    if (ids === undefined) return
    if (ids.length !== layers.length) {
      this.#say("review", "diff-ids", `it has ${ids.length} digests for ${layers.length} layers`, config)
      return
    }
    for (const [index, path] of layers.entries()) {
      const entry = this.#byPath.get(path)
      if (entry?.format === "tar" && ids[index] !== `sha256:${entry.sha256}`)
        this.#say("review", "diff-ids", `the configuration says that it is ${ids[index]}, and it is sha256:${entry.sha256}`, path)
    }
  }

  async #json<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const entry = this.#byPath.get(path)
    if (entry === undefined) return undefined
    const { documentBytesMax, metadataBytesMax } = this.#reading.limits
    this.#read += entry.size
    if (entry.size <= documentBytesMax && this.#read <= metadataBytesMax) {
      const parsed = schema.safeParse(parse(await collect(entry.content.stream())))
      if (parsed.success) return parsed.data
    }
    this.#say("review", "image-document", "a document of the image that could not be read, so what it names is not known", path)
    return undefined
  }

  #say(severity: Anomaly["severity"], kind: string, message: string, path: string): void {
    this.#reading.say({ kind, severity, message, layer: this.#reading.layer, path })
  }
}

const targetOf = (path: string, entry: Entry | undefined): string | undefined =>
  entry?.type === "link" ? resolveLink(path, entry.target ?? "") : undefined

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
