import { canonicalJson } from "../core/canonical-json.ts"
import { escapeForeign } from "../core/escape.ts"
import { kinds } from "../model/ledger.ts"
import type { Report } from "../model/report.ts"
import { type Problem, problemsOf } from "./problem.ts"
import type { Reporter } from "./reporter.ts"

/** Files that are listed one by one; an SBOM is to be read by tools that hold it whole. */
const filesMax = 10_000

/**
 * CycloneDX 1.6: the release as a component, with its digest, who vouched for it and the verdict, and below it the files that still ask for attention. It is no inventory of
 * what the release contains, and says so (`incomplete`). Without serial number and time: same report, same bytes.
 */
export const cyclonedx = { format: "cyclonedx", render: (report) => canonicalJson(bomOf(report)) } satisfies Reporter

function bomOf(report: Report): object {
  const { tool, artifact } = report
  const problems = problemsOf(report)
  // A list of components has no two that are equal.
  const files = [
    ...new Map(problems.flatMap((one) => (one.entry === undefined ? [] : [[`${one.path}\0${one.entry.sha256}`, one]]))).values(),
  ]
  const reference = `sha256:${artifact.sha256}`
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      tools: { components: [{ type: "application", name: tool.name, version: tool.version }] },
      component: {
        type: "library",
        "bom-ref": reference,
        name: escapeForeign(artifact.name),
        ...identityOf(artifact.purl),
        hashes: [{ alg: "SHA-256", content: artifact.sha256 }],
        ...evidenceOf(report),
        properties: propertiesOf(report, Math.max(0, files.length - filesMax)),
      },
    },
    components: files.slice(0, filesMax).map(fileOf),
    compositions: [{ aggregate: "incomplete", assemblies: [reference] }],
  }
}

/** The version is what a package URL says of it; a name of a file says none for sure. */
function identityOf(purl: string | undefined): object {
  if (purl === undefined) return {}
  const version = /@([^@/?#]+)(?:[?#]|$)/.exec(purl)?.[1]
  return { purl, ...(version === undefined ? {} : { version: decodeURIComponent(version) }) }
}

/** Who vouched for the bytes. Digests are equal or not: the confidence that the form demands is no estimate. */
function evidenceOf({ artifact: { sha256, chain } }: Report): object {
  if (chain.length === 0) return {}
  const methods = chain.map((link) => ({ technique: "hash-comparison", confidence: 1, value: escapeForeign(link) }))
  return { evidence: { identity: [{ field: "hash", concludedValue: sha256, methods }] } }
}

function propertiesOf(report: Report, leftOut: number): readonly object[] {
  const { verdict, reasons, ledger, repository, audit, artifact } = report
  const { totals } = ledger
  return [
    property("verdict", verdict),
    property("toRead", totals.toRead),
    property("entries", totals.entries),
    ...kinds.flatMap((kind) => (totals.byKind[kind] === undefined ? [] : [property(`bytes:${kind}`, totals.byKind[kind].bytes)])),
    ...reasons.map((reason) => property("reason", reason)),
    ...artifact.notLookedAt.map((left) => property("notLookedAt", left)),
    ...(repository === undefined ? [] : [property("repository", repository.location), property("commit", repository.commit)]),
    ...(audit?.policy === undefined ? [] : [property("policy", `sha256:${audit.policy.sha256}`)]),
    ...(audit === undefined ? [] : [property("settled", audit.settled.length)]),
    ...(leftOut === 0 ? [] : [property("filesLeftOut", leftOut)]),
  ]
}

const property = (name: string, value: string | number): object => ({ name: `everybyte:${name}`, value: escapeForeign(String(value)) })

const fileOf = ({ path = "", entry, verdict, message }: Problem): object => ({
  type: "file",
  name: escapeForeign(path),
  ...(entry === undefined ? {} : { hashes: [{ alg: "SHA-256", content: entry.sha256 }] }),
  properties: [property("verdict", verdict), property("toRead", entry?.toRead ?? 0), property("why", message)],
})
