import { type ByteSource, bounded, collect, memorySource } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { gzip } from "../../parsers/index.ts"
import { forgeAddress, repositoryAddress } from "../forge.ts"
import { contentsOf, silent } from "../members.ts"

/** What a gem carries of itself: its specification, and whether its author signed it (`gem cert`). */
export interface Carried {
  readonly specification: string
  readonly signed: boolean
}

/** A gem is a tar of `metadata.gz`, `data.tar.gz` and `checksums.yaml.gz`, each with a `.sig` beside it where it is signed. */
export async function carriedBy(name: string, bytes: ByteSource, limits: Limits): Promise<Carried> {
  const found = await contentsOf("tar", { layer: name, bytes, limits }, (path) => path === "metadata.gz" || path.endsWith(".sig"))
  const packed = memorySource(found.get("metadata.gz") ?? new Uint8Array(0))
  const layer = `${name}!metadata.gz`
  const decoded = gzip.decode(packed, { layer, limits }, silent)
  const text = await collect(bounded(decoded, { layer, limit: "documentBytesMax", max: limits.documentBytesMax }))
  return { specification: Buffer.from(text).toString("utf8"), signed: [...found.keys()].some((path) => path.endsWith(".sig")) }
}

/**
 * The source repository that a specification declares: `metadata: source_code_uri:`, else a home page on a forge. Two lines of Ruby's own
 * YAML, in the form that RubyGems writes: no reader of ours would follow its tags and aliases for them.
 */
export function declaredRepository(specification: string): string | undefined {
  const values = new Map<string, string>()
  let block = ""
  for (const line of specification.split("\n")) {
    const [, indent = "", key = "", value = ""] = /^( *)([a-z_]+):(?: (.*))?$/.exec(line) ?? []
    if (indent === "" && key !== "") block = key
    const name = indent === "" ? key : `${block}.${key}`
    if (!values.has(name)) values.set(name, value.trim().replace(/^(["'])(.*)\1$/, "$2"))
  }
  return repositoryAddress(values.get("metadata.source_code_uri")) ?? repositoryAddress(forgeAddress(values.get("homepage")))
}
