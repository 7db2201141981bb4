import { plural } from "../../core/count.ts"
import { escapeForeign } from "../../core/escape.ts"
import { unversioned } from "../../core/name.ts"
import type { Report, Verdict } from "../../model/report.ts"
import type { Problem } from "../problem.ts"
import { notAssessed } from "../words.ts"
import { descriptors } from "./descriptors.ts"

/** The folder that paths are relative to. Code-scanning views take it for the root of the repository, whose paths a release mostly has. */
const base = "%SRCROOT%"
/** More places of one result than this are of no use to anybody. */
const placesMax = 100
const messageMax = 1500
/** What is not looked at is a handful of sentences; a release that has more says so. */
const notesMax = 100

/** Section 3.13: one log, one run. */
export function logOf(report: Report, problems: readonly Problem[], leftOut: number): object {
  const { artifact, repository, verdict, ledger, tool, audit } = report
  const files = new Map(
    problems.flatMap(({ entry, path = "" }) => (entry === undefined ? [] : [[`${path} ${entry.sha256}`, { entry, path }]])),
  )
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: tool.name, semanticVersion: tool.version, rules: descriptors } },
        // Up to the last slash it is a category: alerts of one package replace those of its earlier release, and no other's.
        automationDetails: { id: `everybyte/${subjectOf(report)}/${artifact.sha256}` },
        originalUriBaseIds: { [base]: { description: message(`the root folder of ${artifact.name}`) } },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: [...notifications(report, leftOut)] }],
        artifacts: [
          {
            location: releaseLocation(report),
            length: artifact.size,
            hashes: { "sha-256": artifact.sha256 },
            roles: ["analysisTarget"],
          },
          ...[...files.values()].map(({ entry, path }) => ({
            location: locationOf(path, report),
            length: entry.size,
            hashes: { "sha-256": entry.sha256 },
          })),
        ],
        results: problems.map((problem) => resultOf(problem, report)),
        properties: {
          verdict,
          toRead: ledger.totals.toRead,
          sha256: artifact.sha256,
          ...(artifact.purl === undefined ? {} : { purl: artifact.purl }),
          ...(repository === undefined ? {} : { commit: repository.commit }),
          ...(audit === undefined ? {} : { settled: audit.settled.length, refused: audit.refused.length }),
        },
      },
    ],
  }
}

const levels: Record<Verdict, string> = { accounted: "none", undetermined: "note", review: "warning", alarm: "error" }

function resultOf(problem: Problem, report: Report): object {
  const { rule, verdict, path, lines, fingerprint } = problem
  const index = descriptors.findIndex(({ id }) => id === rule)
  const artifactLocation = path === undefined ? releaseLocation(report) : locationOf(path, report)
  const place = (region: object): object => ({ physicalLocation: { artifactLocation, region } })
  const [first, ...rest] = lines.slice(0, placesMax).map(([startLine, endLine]) => place({ startLine, endLine }))
  return {
    ruleId: rule,
    ...(index === -1 ? {} : { ruleIndex: index }),
    level: levels[verdict],
    message: message(problem.message),
    locations: [
      {
        ...(first ?? place(wholeOf(problem, report))),
        ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: clip(escapeForeign(path)) }] }),
      },
    ],
    ...(rest.length === 0 ? {} : { relatedLocations: rest }),
    // The first is what code-scanning views compare, who would else hash lines of a file that they do not have.
    partialFingerprints: { primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`, "everybyteItem/v1": fingerprint },
  }
}

/** Where no lines are known: the bytes that a finding names, else the whole. Views start a text at its first line. */
function wholeOf({ bytes, entry, path }: Problem, { artifact }: Report): object {
  if (bytes !== undefined) return { byteOffset: bytes[0], byteLength: bytes[1] - bytes[0] }
  if (path === undefined) return { byteOffset: 0, byteLength: artifact.size }
  return entry?.opaque === true ? { byteOffset: 0, byteLength: entry.size } : { startLine: 1 }
}

/** Foreign text in a message is no link and no placeholder (sections 3.11.5 and 3.11.6). */
const message = (text: string): { readonly text: string } => ({
  text: clip(text.split("\n").map(escapeForeign).join("\n"))
    .replace(/[\\[\]]/g, "\\$&")
    .replace(/[{}]/g, "$&$&"),
})

const clip = (text: string): string => (text.length > messageMax ? `${text.slice(0, messageMax - 1)}…` : text)

const releaseLocation = ({ artifact }: Report): object => ({ uri: referenceOf(artifact.name) ?? artifact.sha256, index: 0 })

/** A name that leads out of the release, or that no reader could follow, is no reference: the result stands at the release, and says the name in words. */
function locationOf(path: string, report: Report): object {
  const uri = referenceOf(path)
  return uri === undefined ? releaseLocation(report) : { uri, uriBaseId: base }
}

const referenceMax = 2000

/** A relative reference (RFC 3986, section 4.2) that stays below its base and has no scheme; undefined where the path would not. */
function referenceOf(path: string): string | undefined {
  const parts = path.split("/")
  if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined
  const reference = parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/")
  return reference.length > referenceMax ? undefined : reference
}

const subjectOf = ({ artifact }: Report): string =>
  encodeURIComponent((artifact.purl?.replace(/[@?#].*$/s, "") ?? unversioned(artifact.name)).toWellFormed())

/** What was not looked at is no result, and is said nevertheless. */
function* notifications(report: Report, leftOut: number): Generator<object> {
  if (leftOut > 0)
    yield {
      level: "warning",
      message: message(`${plural(leftOut, "result")} left out, the least urgent: a code-scanning view takes no more`),
    }
  const notes = [...report.artifact.notLookedAt.map((left) => `not looked at: ${left}`), ...notAssessed(report)]
  for (const note of notes.slice(0, notesMax)) yield { level: "note", message: message(note) }
  if (notes.length > notesMax) yield { level: "note", message: message(`and ${plural(notes.length - notesMax, "more note")}`) }
}
