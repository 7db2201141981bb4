/**
 * Everybyte as a library: `explainRelease` runs the main job, `render` prints its report.
 *
 * @packageDocumentation
 */

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
export type { Exhibits } from "./model/exhibit.ts"
export type { Origin, Publication } from "./model/origin.ts"
export { type ReplayMode, replayModes } from "./model/replay.ts"
export { type Report, type Verdict, verdicts } from "./model/report.ts"
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
export { type Format, reporters } from "./reporters/index.ts"
export type { Look, Reporter } from "./reporters/reporter.ts"
export {
  buildToolchain,
  cachedToolchain,
  listToolchains,
  planToolchain,
  removeToolchain,
  type ToolchainPlan,
  toolVersions,
} from "./toolchains/index.ts"
export { toolVersion } from "./version.ts"
