import type { ByteSource } from "../core/bytes.ts"
import type { Sha256 } from "../core/digest.ts"
import type { Result } from "../core/fault.ts"
import type { Context } from "../io/context.ts"
import type { Provenance } from "../model/artifact.ts"
import type { RegistryFacts } from "../model/registry-facts.ts"
import type { Qualifiers, Target } from "../model/target.ts"

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
  /** What stands between a purl's namespace and its name in a short form. Undefined: its packages have no namespace. */
  readonly separator?: string
  /** Qualifiers of a purl that choose what is meant, and that `locate` looks at. Every other one is refused. */
  readonly qualifiers?: readonly string[]
  /** The purl of a short form's name and version, and the qualifiers that were given. */
  purl(name: string, version: string | undefined, qualifiers?: Qualifiers): string
  locate(target: PackageTarget, ctx: Context): Promise<Result<Located>>
  /** The short form of the version that an installer takes for what another package requires (`^1.2.0`). Undefined: requirements of its packages are not read. */
  chosen?(name: string, requirement: string, ctx: Context): Promise<Result<string>>
  /** What it says of the release, of those before it, and of what it needs that the version `since` did not. Undefined: it says nothing that we read. */
  facts?(target: PackageTarget, since: string | undefined, ctx: Context): Promise<Result<RegistryFacts>>
}

export type PackageTarget = Extract<Target, { kind: "package" }>
