import { plural } from "../../core/count.ts"
import type { Transform } from "../../model/code.ts"
import type { Flow } from "../../model/inspection.ts"
import { entriesByPath, isFar, shortest, spelled, told } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** "rm -rf ~" takes so many in base64. What is shorter is a number that a text is computed with, or a mark in it. */
const literalBytesMin = 12

/** Code that stands encoded in code is there so that nobody reads it. */
export const flowLiteralRuns: Rule<InspectedSubject> = {
  id: "flow/literal-runs",
  version: 4,
  question: "Is code that is hidden in a literal decoded and run?",
  check: answer,
}

/** Tables that say less than a program takes, each; several of them say more. */
const isOrderly = ({ from }: Flow): boolean => from.kind === "literal" && from.numbers === "orderly"
const orderlyMax = 3

/** Decoded as it stands, or all of it turned around. Where it came through a file, or is a name among other text, builds do the like every day. */
const isHidden = ({ from, steps, to, isPart }: Flow): boolean =>
  from.kind === "literal" &&
  from.bytes >= literalBytesMin &&
  to.as === "text" &&
  !steps.some(({ how }) => how === "written") &&
  steps.some(({ how, what }) => decoding.has(how) || (how === "translate" && !isPart && what !== "replace" && what !== "sed"))

const decoding: ReadonlySet<string> = new Set<Transform>(["decode", "decompress", "decrypt"])

/**
 * Tables of small numbers travel beside the code that reads them (fflate's with that of its workers). An array of numbers is no text before something makes one of it; what
 * a function of the script's own makes is not known, so that it is to be looked at.
 */
const isTable = ({ from, steps: [first, ...others] }: Flow): boolean =>
  from.kind === "literal" &&
  from.numbers !== undefined &&
  first?.how === "decode" &&
  first.what.startsWith("Uint8Array") &&
  others.every(({ how, what }) => how === "slice" || (how === "edit" && (what === "a function" || what === "each item")))

function answer(subject: InspectedSubject): Answer {
  const { inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const hidden = shortest(inspection.flows.filter(isHidden))
  const orderly = Map.groupBy(hidden.filter(isOrderly), ({ to }) => spelled(to.at))
  const found = hidden.filter((flow) => !isOrderly(flow) || (orderly.get(spelled(flow.to.at))?.length ?? 0) > orderlyMax)
  const split = inspection.oddities.flatMap(({ kind, at, what }) => (kind === "split name" ? [{ at, what }] : []))
  if (found.length + split.length === 0)
    return { outcome: "absent", why: `${plural(inspection.flows.length, "way")} to program were followed` }
  const findings = found.map((flow) => ({
    severity: isTable(flow) || isFar(flow) ? ("review" as const) : ("alarm" as const),
    message: `a literal is decoded and run as program at ${spelled(flow.to.at)}`,
    ...told(flow, items),
  }))
  const names = split.map(({ at, what }) => ({
    severity: "alarm" as const,
    message: `${what} is run at ${spelled(at)}, and its name stands nowhere in the text: it is put together of pieces`,
    at: { path: at.path, lines: at.lines },
    evidence: [{ what: `runs ${what}`, where: spelled(at), digest: `sha256:${items.get(at.path)?.entry.sha256 ?? ""}` }],
  }))
  return {
    outcome: "present",
    why: `${plural(found.length + split.length, "literal")} that become program`,
    findings: [...findings, ...names],
  }
}
