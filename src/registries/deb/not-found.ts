import { explainFault, type Fault } from "../../core/fault.ts"
import { compareVersions, upstreamVersion } from "./version.ts"

/** What was asked for, in the user's words. */
export interface Asked {
  /** The short form's. */
  readonly type: "deb" | "deb-src"
  readonly name: string
  readonly version: string | undefined
  readonly what: string
}

/** What the search came by, found or not. */
export interface Seen {
  /** Suites that did not answer. */
  readonly skipped: Fault[]
  readonly notLookedAt: readonly string[]
  /** Every version of the package that an index lists. */
  readonly versions: string[]
}

export const namedMax = 5

/** No suite has it. */
export function notFound(asked: Asked, seen: Seen): Fault {
  const { skipped, notLookedAt } = seen
  const missing =
    skipped.length === 0 ? "" : `, and ${skipped.length} could not be searched (${skipped.map(explainFault).join("; ").slice(0, 1000)})`
  const aside = notLookedAt.length === 0 ? "" : ` (${notLookedAt.join("; ").slice(0, 1000)})`
  const known = newestFirst(seen.versions)
  const others =
    known.length === 0 ? "" : `; they list ${known.slice(0, namedMax).join(", ")}${known.length > namedMax ? " and older ones" : ""}`
  return {
    kind: "unavailable",
    source: asked.what,
    why: `no configured suite nor another current one of the same mirrors has it${missing}${aside}${others}`,
    remedy:
      known.length > 0
        ? `${trying(asked, known)}, add a mirror or an older suite to apt's sources, or name the file's path`
        : "check name and version, add a mirror or an older suite to apt's sources, or name the file's path",
  }
}

/** An index lists it, but its mirrors do not give its file. Another version, of those that they give, is the user's choice and never ours. */
export function notKept(
  asked: Asked,
  listed: { readonly version: string; readonly file: string; readonly why: string },
  others: readonly string[],
): Fault {
  return {
    kind: "unavailable",
    source: asked.what,
    why: `the index lists version ${listed.version}, but no mirror gives its file ${listed.file} (${listed.why})`,
    remedy:
      others.length > 0
        ? `other versions are there: ${trying(asked, others)}, or run again later, or name the file's path`
        : "check the network and run again, add another mirror to apt's sources, or name the file's path",
  }
}

/** The short forms of a handful of versions; those of a source package, whose tarball is upstream's, by their upstream part. */
function trying({ type, name }: Asked, versions: readonly string[]): string {
  const named = [...new Set(type === "deb-src" ? versions.map(upstreamVersion) : versions)].slice(0, namedMax)
  return `try ${named.map((version) => `${type}:${name}@${version}`).join(" or ")}`
}

export const newestFirst = (versions: readonly string[]): readonly string[] => [...new Set(versions)].sort((a, b) => compareVersions(b, a))
