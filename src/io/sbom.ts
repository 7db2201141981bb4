import { z } from "zod"
import { sha256Of } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { Sbom, SbomComponent } from "../model/sbom.ts"
import { firstProblem } from "./envelope.ts"
import { readSmallFile } from "./files.ts"

const isCycloneDx = z.object({ bomFormat: z.literal("CycloneDX") })
const nested = z.array(z.unknown()).optional()
/** ECMA-424, CycloneDX 1.4 to 1.7: just what is read. What depends on what is not, so that no cycle can be followed. */
const Bom = z.object({
  specVersion: z.enum(["1.4", "1.5", "1.6", "1.7"]),
  components: nested,
  metadata: z.object({ component: z.object({ components: nested }).optional() }).optional(),
})
const Component = z.object({
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string() })).optional(),
  components: nested,
})

/** A file that is a CycloneDX SBOM in JSON; undefined for any other, which is a release like all. */
export async function readSbom(path: string, limits: Limits): Promise<Sbom | undefined> {
  const bytes = await readSmallFile(path, limits.sbomBytesMax, "sbomBytesMax")
  const value = bytes === undefined ? undefined : jsonOf(bytes)
  if (bytes === undefined || !isCycloneDx.safeParse(value).success) return undefined
  const read = Bom.safeParse(value)
  if (!read.success)
    throw new FaultError({ kind: "malformed", layer: path, offset: 0, expected: `CycloneDX 1.4 to 1.7 (${firstProblem(read.error)})` })
  const { specVersion, components = [], metadata } = read.data
  const queue = [...components, ...(metadata?.component?.components ?? [])]
  return { path, sha256: sha256Of(bytes), specVersion, components: componentsIn(queue, path, limits) }
}

/** Components and those inside them, to whatever depth: without recursion, so that no nesting is too deep. */
function componentsIn(queue: unknown[], path: string, { sbomComponentsMax, nameBytesMax }: Limits): readonly SbomComponent[] {
  const found: SbomComponent[] = []
  for (const raw of queue) {
    if (queue.length > sbomComponentsMax)
      throw new FaultError({ kind: "over-limit", layer: path, limit: "sbomComponentsMax", max: sbomComponentsMax })
    const place = `component ${found.length + 1}`
    const read = Component.safeParse(raw)
    if (!read.success) {
      const why = `it is not of the form of a component (${firstProblem(read.error)}), and what is inside it was not read`
      found.push({ name: place, purl: undefined, sha256: [], why })
      continue
    }
    for (const one of read.data.components ?? []) queue.push(one)
    found.push(componentOf(read.data, place, nameBytesMax))
  }
  return found
}

function componentOf({ name, version, purl, hashes }: z.infer<typeof Component>, place: string, textMax: number): SbomComponent {
  const named = version === undefined ? name : `${name} ${version}`
  const sha256 = (hashes ?? []).flatMap(({ alg, content }) => (alg === "SHA-256" ? [content.toLowerCase()] : []))
  if ([named, purl ?? "", ...sha256].some(({ length }) => length > textMax))
    return { name: place, purl: undefined, sha256: [], why: `it has a text of more than ${textMax} characters` }
  return { name: named, purl, sha256, ...(purl === undefined ? { why: "it has no package URL" } : {}) }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
