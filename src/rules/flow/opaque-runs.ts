import { plural } from "../../core/count.ts"
import { belowRoot } from "../../core/path.ts"
import type { Finding } from "../../model/finding.ts"
import type { Flow } from "../../model/inspection.ts"
import type { LedgerEntry } from "../../model/ledger.ts"
import { withoutCode } from "../../model/object-code.ts"
import { entriesByPath, hides, isData, isFar, obscures, shortest, spelled, told } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * Content that no reader of the source can read, and that becomes program all the same, hides what the program does. Honest builds decompress and compare such data;
 * they do not run it. A text that is only edited on its way (a template) is read as it stands.
 */
export const flowOpaqueRuns: Rule<InspectedSubject> = {
  id: "flow/opaque-runs",
  version: 5,
  question: "Does content of an opaque file, or of a text that is hidden on its way, reach an interpreter, linker, loader or compiler?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const items = entriesByPath(subject)
  const { artifact, inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const carried = inspection.flows.filter(({ from }) => from.kind === "content" || from.kind === "name")
  const scripts = new Set(inspection.scripts.map(({ path }) => path))
  const inert = new Set(
    inspection.opaques?.entries.flatMap(({ path, object }) => (object?.what.endsWith(withoutCode) === true ? [path] : [])),
  )
  const judged = shortest(carried).flatMap((flow): readonly Judged[] => {
    const item = flow.from.kind === "content" ? items.get(flow.from.path) : undefined
    if (item === undefined) return []
    const { path, encoding } = item.entry
    const isOpaque = encoding === undefined && !inspection.readable.has(path)
    const severity = severityOf(flow, item, { root: artifact.root, isScript: scripts.has(path), isOpaque, isInert: inert.has(path) })
    if (severity === undefined) return []
    const kind = isOpaque ? "opaque content" : "content"
    return [{ severity, message: `${kind} of ${item.entry.path} becomes program at ${spelled(flow.to.at)}`, ...told(flow, items) }]
  })
  if (judged.length > 0)
    return { outcome: "present", why: `${plural(judged.length, "way")} from opaque content to program`, findings: eachPlace(judged) }
  const looked = `${plural(inspection.scripts.length, "script")} and ${plural(inspection.flows.length, "way")} to program were followed`
  return { outcome: "absent", why: looked }
}

type Judged = Omit<Finding, "rule" | "version">

/** A loop over many files is told once: with the first of them, and how many more there are. */
function eachPlace(judged: readonly Judged[]): readonly Judged[] {
  const groups = Map.groupBy(judged, ({ at, severity }) => `${severity} ${at.path}:${at.lines?.join()}`)
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const more = others.length === 0 ? "" : `, and that of ${plural(others.length, "other entry", "other entries")}`
    return [{ ...first, message: `${first.message}${more}` }]
  })
}

interface Carrier {
  readonly root: string
  readonly isScript: boolean
  readonly isOpaque: boolean
  /** An object that a compiler hands on to the linker, of data alone. */
  readonly isInert: boolean
}

/** Tests read objects of earlier versions back from compressed data (Python's pickle); what is to be linked is a file first. */
const isReadBack = ({ runs, steps, to }: Flow): boolean =>
  runs === "test" && to.as === "object" && !steps.some(({ how }) => how === "written")

function severityOf(
  flow: Flow,
  { entry, explanation }: LedgerEntry,
  { root, isScript, isOpaque, isInert }: Carrier,
): Finding["severity"] | undefined {
  const { steps, to } = flow
  if (isReadBack(flow)) return undefined
  const isHidden = steps.some(hides)
  if (isOpaque) {
    // A prebuilt object or program that is used as it lies is a capability of its own, and no flow through steps.
    // A test reads what its folder holds, whatever that is (numpy's of its umath).
    const isListed = flow.runs === "test" && !isHidden && to.as === "text" && steps.some(({ how }) => how === "found")
    if (isListed && explanation.kind !== "unexplained") return "review"
    const isCut = to.as === "module" && steps.some(({ how }) => how === "slice")
    if (to.as !== "text" && (to.as !== "source" || isInert) && !isCut && !isHidden) return undefined
    return isFar(flow) ? "review" : "alarm"
  }
  // A script is read as it stands, wherever: what a program makes of it is another one (gawk's tests are listed by awk from their Makefile.am).
  if (!isHidden || (isScript && (!isData(belowRoot(entry.path, root)) || !steps.some(obscures)))) return undefined
  // What a test makes of a text of its own is read beside it (llhttp's tests of Markdown).
  const isRead =
    flow.runs === "test" && explanation.kind !== "unexplained" && !steps.some(({ how }) => how === "decompress" || how === "decrypt")
  const isGrave = isData(belowRoot(entry.path, root)) || explanation.kind === "unexplained"
  return isGrave && !isRead && !isFar(flow) ? "alarm" : "review"
}
