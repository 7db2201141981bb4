import { plural } from "../../core/count.ts"
import { belowRoot } from "../../core/path.ts"
import { spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"
import { hasCommit, newActs } from "../unexplained-acts.ts"

/** A hook runs on the machine of everybody who installs. One that its repository does not know was put there by whoever packed the release. */
export const unexplainedInstallHook: Rule<InspectedSubject> = {
  id: "unexplained/install-hook",
  version: 2,
  question: "Is there something that a package manager or interpreter runs by itself, which the commit does not have?",
  check: answer,
}

/** What cargo and RubyGems run to build a package, wherever it is installed (The Cargo Book, "Build Scripts"; RubyGems guides, "Gems with extensions"). */
const ofInstallers = /^(?:build\.rs|ext\/(?:.*\/)?extconf\.rb)$/

function answer(subject: InspectedSubject): Answer {
  if (!hasCommit(subject)) return { outcome: "not-assessed", why: "there was no commit to compare with" }
  const scripts = new Map(subject.inspection.scripts.map((script) => [script.path, script]))
  const found = newActs(subject).filter(({ item, act, does, isOfCommit }) => {
    if (act.hook !== undefined) return subject.inspection.hooks.has(act.hook)
    // What an interpreter reads at each start, and an installer that no hook has to name.
    const script = scripts.get(item.entry.path)
    const runs = script?.runsItself === true ? script.runs : undefined
    return (
      does !== undefined &&
      !isOfCommit &&
      (runs === "start" ||
        runs === "install" ||
        (runs === "build" && ofInstallers.test(belowRoot(item.entry.path, subject.artifact.root).replace(/^.*!/, ""))))
    )
  })
  if (found.length === 0) return { outcome: "absent", why: "the commit has every hook of the release" }
  const each = [...new Map(found.map((one) => [`${one.act.hook} ${spelled(one.act.at)}`, one])).values()]
  const findings = each.map(({ item: { entry }, act }) => ({
    severity: "alarm" as const,
    message: `${act.hook ?? scripts.get(entry.path)?.runs ?? "a hook"} runs ${spelled(act.at)}, which the commit does not have`,
    at: { path: act.at.path, lines: act.at.lines },
    evidence: [{ what: act.hook ?? "runs at start", where: spelled(act.at), digest: `sha256:${entry.sha256}` }],
  }))
  return { outcome: "present", why: `${plural(each.length, "hook")} that the commit does not have`, findings }
}
