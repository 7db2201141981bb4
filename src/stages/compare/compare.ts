import { belowRoot } from "../../core/path.ts"
import type { Held } from "../../model/capability.ts"
import type { ChangedEntry, ComparedEntry, ComparedRelease, Comparison } from "../../model/comparison.ts"
import type { Finding } from "../../model/finding.ts"
import type { Report, ReportEntry } from "../../model/report.ts"

/** What `after` has over `before`. Several entries of one path are compared in the archive's order. */
export function compare(before: Report, after: Report): Comparison {
  const [was, is] = [entriesOf(before), entriesOf(after)]
  const both = [...is].flatMap(([key, entry]) => {
    const old = was.get(key)
    return old === undefined ? [] : [changeOf(belowRoot(entry.path, after.artifact.root), old, entry)]
  })
  const changed = both.filter(({ what }) => what.length > 0)
  return {
    schema: "everybyte.comparison/1",
    tool: after.tool,
    verdict: after.verdict,
    reasons: after.reasons,
    old: releaseOf(before),
    new: releaseOf(after),
    added: missingFrom(was, is, after),
    removed: missingFrom(is, was, before),
    changed,
    same: both.length - changed.length,
    origins: newOrigins(before, after),
    generated: [...is].flatMap(([key, { path, explanation: one }]) =>
      one.kind === "derived" && !was.has(key) ? [{ path: belowRoot(path, after.artifact.root), generator: one.generator }] : [],
    ),
    capabilities: newCapabilities(before, after),
    findings: newFindings(before, after),
  }
}

/** By path below the root, and which of that path it is. */
function entriesOf({ ledger, artifact }: Report): ReadonlyMap<string, ReportEntry> {
  const counts = new Map<string, number>()
  return new Map(
    ledger.entries.map((entry) => {
      const path = belowRoot(entry.path, artifact.root)
      const count = counts.get(path) ?? 0
      counts.set(path, count + 1)
      return [`${path}\0${count}`, entry]
    }),
  )
}

function releaseOf({ artifact, repository, ledger, verdict }: Report): ComparedRelease {
  const { target, purl, name, sha256, size } = artifact
  const { entries, bytes, toRead } = ledger.totals
  return {
    target,
    ...(purl === undefined ? {} : { purl }),
    name,
    sha256,
    size,
    ...(repository === undefined ? {} : { commit: repository.commit }),
    entries,
    bytes,
    toRead,
    verdict,
  }
}

const missingFrom = (
  lacks: ReadonlyMap<string, ReportEntry>,
  has: ReadonlyMap<string, ReportEntry>,
  { artifact }: Report,
): readonly ComparedEntry[] =>
  [...has].flatMap(([key, entry]) => (lacks.has(key) ? [] : [entryOf(belowRoot(entry.path, artifact.root), entry)]))

const entryOf = (path: string, { size, sha256, mode, explanation, toRead }: ReportEntry): ComparedEntry => ({
  path,
  size,
  sha256,
  mode,
  explanation: explanation.kind,
  toRead,
})

const isOpen = ({ explanation: { kind } }: ReportEntry): boolean => kind === "unexplained" || kind === "undetermined"

function changeOf(path: string, was: ReportEntry, is: ReportEntry): ChangedEntry {
  const { size, sha256, mode, explanation } = was
  const what = [
    ...(sha256 === is.sha256 ? [] : ["content" as const]),
    ...(mode === is.mode ? [] : ["mode" as const]),
    ...(was.type === is.type ? [] : ["type" as const]),
    ...(!isOpen(was) && isOpen(is) ? ["regressed" as const] : []),
  ]
  return { ...entryOf(path, is), was: { size, sha256, mode, explanation: explanation.kind }, what }
}

function newOrigins(before: Report, after: Report): Comparison["origins"] {
  const known = new Set(before.ledger.origins?.map(({ origin }) => origin))
  const counts = new Map<string, number>()
  for (const { origin, entries } of after.ledger.origins ?? [])
    if (!known.has(origin)) counts.set(origin, (counts.get(origin) ?? 0) + entries)
  return [...counts].map(([origin, entries]) => ({ origin, entries }))
}

function newCapabilities(before: Report, after: Report): Comparison["capabilities"] {
  // Another version of a package that it needs can do what the one before it could: the package counts.
  const key = ({ capability, runs, through }: Held): string => `${capability} ${runs} ${through?.replace(/(?<=.)@[^@]*$/, "")}`
  const known = new Set(before.capabilities?.map(key))
  return (after.capabilities ?? []).filter((held) => !known.has(key(held)))
}

function newFindings(before: Report, after: Report): readonly Finding[] {
  const key = ({ rule, message, at }: Finding, { artifact }: Report): string =>
    JSON.stringify([rule, message, at.path === artifact.name ? "" : belowRoot(at.path, artifact.root)])
  const known = new Set(before.findings.map((finding) => key(finding, before)))
  return after.findings.filter((finding) => !known.has(key(finding, after)))
}
