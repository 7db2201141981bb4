import type { Verdict } from "./report.ts"

/** What an SBOM says of one component, as far as it is read. */
export interface SbomComponent {
  /** Its name and version, or its place in the list. */
  readonly name: string
  readonly purl: string | undefined
  /** As it is listed: each must be the artifact's. */
  readonly sha256: readonly string[]
  /** Why nothing could be asked about it. */
  readonly why?: string
}

export interface Sbom {
  readonly path: string
  readonly sha256: string
  readonly specVersion: string
  readonly components: readonly SbomComponent[]
}

/** What an audit found of one package, however often it is listed. */
export interface AuditedComponent {
  readonly name: string
  readonly purl?: string
  readonly listed: number
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  /** Of the bytes that were audited; absent: none were. */
  readonly sha256?: string
  readonly toRead: number
  /** The verdict at which the policy fails this package. */
  readonly failOn?: Verdict
}

/** `everybyte.sbom/1`: one line a package, in the order of the SBOM, and one verdict, the worst. */
export interface SbomAudit {
  readonly schema: "everybyte.sbom/1"
  readonly sbom: Omit<Sbom, "components">
  readonly verdict: Verdict
  readonly day: string
  readonly components: readonly AuditedComponent[]
}
