import type { ByteSource } from "../core/bytes.ts"
import type { Sha256 } from "../core/digest.ts"
import type { Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import type { Provenance } from "../model/artifact.ts"
import type { Target } from "../model/target.ts"

/** An artifact's bytes on this machine, as a registry or a path gave them. */
export interface Located {
  readonly name: string
  readonly version: string | undefined
  readonly purl: string | undefined
  readonly sha256: Sha256
  readonly bytes: ByteSource
  readonly provenance: Provenance
}

export interface Registry {
  /** The short form before the colon: `npm:semver@7.6.3`. */
  readonly type: string
  /** The purl of a short form's name and version. */
  purl(name: string, version: string | undefined): string
  locate(target: Extract<Target, { kind: "package" }>, ctx: Context): Promise<Result<Located>>
}
