import { plural } from "../../core/count.ts"
import type { Value } from "../../model/code.ts"
import type { Finding } from "../../model/finding.ts"
import type { Flow, FlowSource } from "../../model/inspection.ts"
import { entriesByPath, shortest, spelled, told } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** What comes from the network when a package is installed, built or used is no part of the release: nobody can account for it. */
export const flowFetchedRuns: Rule<InspectedSubject> = {
  id: "flow/fetched-runs",
  version: 3,
  question: "Is something that is fetched from the network run when the package is installed, built, started or imported?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { inspection } = subject
  if (inspection.scripts.length === 0) return { outcome: "not-applicable", why: "no entry is in a language that is read" }
  const items = entriesByPath(subject)
  const found = shortest(inspection.flows.filter(({ from, runs }) => from.kind === "network" && runs !== undefined && runs !== "test"))
  if (found.length === 0) return { outcome: "absent", why: `${plural(inspection.flows.length, "way")} to program were followed` }
  const findings = found.map((flow) => ({
    severity: severityOf(flow),
    message: `what is fetched${isPinned(flow) ? ", and refused if it has other bytes," : ""} is run at ${spelled(flow.to.at)}, at ${flow.runs}`,
    ...told(flow, items),
  }))
  return { outcome: "present", why: `${plural(found.length, "way")} from the network to program`, findings }
}

const isPinned = ({ from }: Flow): boolean => from.kind === "network" && from.pin !== undefined

/**
 * Honest packages fetch prebuilt programs when they are installed, and frameworks of the web fetch scripts when they run, so these are to be looked at (docs/results.md
 * counts them). Nobody has a reason to fetch a text and run it on the machine of whoever installs. What is pinned can be accounted for elsewhere, WebAssembly
 * reaches nothing but what it is given, and a page is made of scripts whose addresses whoever serves it gives. What must be asked for is told, as what asks is not always seen.
 */
function severityOf(flow: Flow): Finding["severity"] {
  const { to, runs } = flow
  const isEarly = runs === "install" || runs === "start"
  if ((to.as === "text" || to.as === "script") && isEarly) return "alarm"
  return runs === "request" || isPinned(flow) || (!isEarly && (to.as === "wasm" || (to.as === "script" && isGiven(flow.from))))
    ? "note"
    : "review"
}

/** A path, or a part of one: browsers drop what stands before an address, and tabs and new lines in it (URL Standard, "basic URL parser"). */
const isPath = (text: string): boolean => !/[:\\]|\/\//.test(text.replaceAll(dropped, ""))
const addressOf = (value: Value | undefined): string => (value?.kind === "text" ? value.text.replaceAll(dropped, "") : "")
const dropped = /^[\0-\x20]+|[\t\r\n]/g

/** Whether a script's address is whoever loads it says, or a path on the same host. */
function isGiven(from: FlowSource | Value): boolean {
  switch (from.kind) {
    case "network":
      return isGiven(from.from)
    case "text":
      return isPath(from.text)
    case "joined":
      return from.parts.every(isGiven) && !/^[/\\]+$/.test(addressOf(from.parts[0]))
    case "either":
      return from.of.every(isGiven)
    default:
      return from.kind === "unknown" || from.kind === "environment"
  }
}
