import { plural } from "../../core/count.ts"
import type { UntrustedUse, Workflow } from "../../model/release-facts.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * A workflow that strangers start, with rights that they do not have, and that runs what they wrote: whoever proposes a change can publish a release. It is no part of the release, and no
 * proof that anybody did.
 */
export const releaseUntrustedWorkflow: Rule<InspectedSubject> = {
  id: "release/untrusted-workflow",
  version: 2,
  question:
    "Does a workflow of the repository, or one that is new in the release, run what strangers write, with rights that they do not have?",
  check: answer,
}

function answer({ facts }: InspectedSubject): Answer {
  const { workflows, unknown } = facts ?? {}
  if (workflows === undefined)
    return { outcome: "not-assessed", why: unknown?.workflows ?? "there was no commit whose workflows could be read" }
  const findings = workflows.flatMap((workflow) => workflow.uses.filter(isHeld).map((use) => findingOf(workflow, use)))
  if (findings.length > 0) return { outcome: "present", why: `${plural(findings.length, "place")} in workflows `, findings }
  if (unknown?.workflows !== undefined) return { outcome: "not-assessed", why: unknown.workflows }
  return {
    outcome: "absent",
    why: `${plural(workflows.length, "workflow")} may be started by strangers; none runs what they write`,
  }
}

const isHeld = ({ rights }: UntrustedUse): boolean => rights.length > 0

/** Whether the token may write by default is not in the repository; a tree that is checked out may be guarded by a label or an environment. */
function findingOf({ path, digest, events }: Workflow, { kind, what, lines, rights }: UntrustedUse) {
  const isCertain = kind === "text" && rights.some((right) => right !== "default rights")
  const does = kind === "text" ? `puts ${what} into a script` : `runs code of the tree ${what}`
  return {
    severity: isCertain ? ("review" as const) : ("note" as const),
    message: `a workflow that ${events.join(", ")} starts ${does}, with ${rights.join(" and ")}`,
    at: { path, lines },
    evidence: [{ what: `workflow with ${rights.join(" and ")}`, where: `${path}:${lines[0]}`, digest }],
  }
}
