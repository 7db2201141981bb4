import { FaultError, orThrow } from "../../core/fault.ts"
import type { Context } from "../../io/context.ts"
import { fetchMetadata } from "../../io/http.ts"
import { type File, Project } from "./schema.ts"

const accept = "application/vnd.pypi.simple.v1+json"
const ageSecondsMax = 86_400

export interface Page {
  readonly address: string
  readonly files: readonly File[]
  /** When the copy was made, where it is an old one (`--offline`). */
  readonly staleSince: number | undefined
}

/** What the index lists of a project; no files where it has none of this name. */
export async function pageOf(index: string, name: string, ctx: Context, maxAgeSeconds = ageSecondsMax): Promise<Page> {
  const address = `${index}${name}/`
  const { bytes, stale, vouchedAt } = orThrow(await fetchMetadata(address, { what: `pypi:${name}`, maxAgeSeconds, accept }, ctx))
  return { address, files: bytes === undefined ? [] : filesOf(name, bytes), staleSince: stale ? vouchedAt : undefined }
}

function filesOf(name: string, bytes: Uint8Array): readonly File[] {
  try {
    const read = Project.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")))
    if (read.success) return read.data.files
  } catch {
    // an index that knows HTML alone (PEP 503): the same fault
  }
  const expected = `JSON with files and their hashes (${accept})`
  throw new FaultError({ kind: "malformed", layer: `the index's page of ${name}`, offset: 0, expected })
}
