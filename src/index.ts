/**
 * Everybyte as a library: `explainRelease` runs the main job, `render` prints its report.
 *
 * @packageDocumentation
 */

export type { Attested } from "./attestations.ts"
export type { Audited, AuditRequest } from "./audit.ts"
export { type CompareRequest, compareReleases } from "./compare.ts"
export { canonicalJson } from "./core/canonical-json.ts"
export { escapeForeign } from "./core/escape.ts"
export { explainFault, type Fault, type Result } from "./core/fault.ts"
export { type Limits, limitsDefault } from "./core/limits.ts"
export { listCache, pruneCache } from "./io/cache.ts"
export type { Context, Progress } from "./io/context.ts"
export { createContext } from "./io/create-context.ts"
export { doctor, type Finding as DoctorFinding } from "./io/doctor.ts"
export { exists } from "./io/files.ts"
export { ownOrigins } from "./io/origin-index.ts"
export { harmedBy, writeOutput } from "./io/output.ts"
export type { Comparison } from "./model/comparison.ts"
export type { Exhibits } from "./model/exhibit.ts"
export type { Origin, Publication } from "./model/origin.ts"
export { type ReplayMode, replayModes } from "./model/replay.ts"
export { type Report, type Verdict, verdicts } from "./model/report.ts"
export type { FoundReview, Review } from "./model/review.ts"
export type { SbomAudit } from "./model/sbom.ts"
export type { Toolchain, ToolchainPackage } from "./model/toolchain.ts"
export {
  type AddedLines,
  addOrigin,
  exportOrigins,
  importOrigins,
  type Lookup,
  listOrigins,
  lookupOrigin,
  type Updated,
  updateOrigins,
} from "./origins.ts"
export { type Explained, type ExplainRequest, explainRelease } from "./pipeline.ts"
export { releaseBefore } from "./registries/index.ts"
export { comparisonForms } from "./reporters/comparison.ts"
export { type Format, reporters } from "./reporters/index.ts"
export type { Look, Reporter } from "./reporters/reporter.ts"
export { sbomForms } from "./reporters/sbom.ts"
export { traceForms } from "./reporters/trace/index.ts"
export type { ReviewKey, Signed } from "./reviews.ts"
export type { ToolchainPlan } from "./toolchains/index.ts"
export { toolVersions } from "./toolchains/versions.ts"
export { type TraceRequest, traceRepository } from "./trace.ts"
export { toolVersion } from "./version.ts"

/** Loaded when one of them is asked for, with the schemas of what others write. */
type Reviews = typeof import("./reviews.ts")
const reviews = (): Promise<Reviews> => import("./reviews.ts")

/** The key of this machine, made where there is none. */
export const reviewKey: Reviews["reviewKey"] = async (...asked) => (await reviews()).reviewKey(...asked)
/** Signs what is open in an audit's report and keeps it. */
export const signAudit: Reviews["signAudit"] = async (...asked) => (await reviews()).signAudit(...asked)
/** Whether the review in a file counts today. */
export const verifyReview: Reviews["verifyReview"] = async (...asked) => (await reviews()).verifyReview(...asked)
/** Every review of the store, those that count today and those that do not. */
export const listReviews: Reviews["listReviews"] = async (...asked) => (await reviews()).listReviews(...asked)
/** Reviews as text to hand on. */
export const exportReviews: Reviews["exportReviews"] = async (...asked) => (await reviews()).exportReviews(...asked)
/** Keeps what somebody exported. */
export const importReviews: Reviews["importReviews"] = async (...asked) => (await reviews()).importReviews(...asked)

/** One verdict on a release, by a policy and people's word. Loaded when it is asked for, with the readers of policies. */
export const auditRelease: typeof import("./audit.ts").auditRelease = async (...asked) =>
  (await import("./audit.ts")).auditRelease(...asked)

type Sboms = typeof import("./sbom.ts")
const sboms = (): Promise<Sboms> => import("./sbom.ts")

/** Whether a file is an SBOM, which `auditSbom` takes. */
export const isSbom: Sboms["isSbom"] = async (...asked) => (await sboms()).isSbom(...asked)
/** Audits each package that a CycloneDX SBOM lists. */
export const auditSbom: Sboms["auditSbom"] = async (...asked) => (await sboms()).auditSbom(...asked)

type Attestations = typeof import("./attestations.ts")
const attestations = (): Promise<Attestations> => import("./attestations.ts")

/** Signs an audit's verdict as a SLSA Verification Summary. */
export const attestAudit: Attestations["attestAudit"] = async (...asked) => (await attestations()).attestAudit(...asked)
/** Whether such a summary holds for an artifact today. */
export const verifyAttestation: Attestations["verifyAttestation"] = async (...asked) => (await attestations()).verifyAttestation(...asked)

/** Loaded when one of them is asked for: they bring a package manager along, which no other command needs. */
type Toolchains = typeof import("./toolchains/index.ts")
const toolchains = (): Promise<Toolchains> => import("./toolchains/index.ts")

/** Fetches, checks and unpacks what was planned. */
export const buildToolchain: Toolchains["buildToolchain"] = async (...asked) => (await toolchains()).buildToolchain(...asked)
/** The newest complete toolchain of a name. Asks nobody. */
export const cachedToolchain: Toolchains["cachedToolchain"] = async (...asked) => (await toolchains()).cachedToolchain(...asked)
/** Every complete toolchain on this machine, by name, the newest first. */
export const listToolchains: Toolchains["listToolchains"] = async (...asked) => (await toolchains()).listToolchains(...asked)
/** Resolves a toolchain from the verified index; downloads no package. */
export const planToolchain: Toolchains["planToolchain"] = async (...asked) => (await toolchains()).planToolchain(...asked)
/** Removes every toolchain of a name, or the one whose digest begins so; gives back the bytes freed. */
export const removeToolchain: Toolchains["removeToolchain"] = async (...asked) => (await toolchains()).removeToolchain(...asked)

/** A report that was kept as JSON. */
export const readReport: typeof import("./io/kept-report.ts").readReport = async (...asked) =>
  (await import("./io/kept-report.ts")).readReport(...asked)
