import { plural } from "../../core/count.ts"
import type { BotCommit } from "../../model/release-facts.ts"
import { entriesByPath } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/** Changes of a bot are waved through. Its name is typed by whoever commits; its address and who commits for it are the same in all that it really does. */
export const releaseImpersonatedBot: Rule<InspectedSubject> = {
  id: "release/impersonated-bot",
  version: 1,
  question: "Does a file come from a commit under a bot's name that is not made as that bot's other commits are?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { botCommits, unknown } = subject.facts ?? {}
  if (botCommits === undefined) return { outcome: "not-assessed", why: unknown?.botCommits ?? "the history of the repository was not read" }
  const strange = botCommits.filter(isStrange)
  if (strange.length === 0) return { outcome: "absent", why: "commits under names of bots are made alike" }
  const byPath = entriesByPath(subject)
  const findings = strange.map((one) => {
    const [path = ""] = one.paths.toSorted((a, b) => Number(isOfBuild(b)) - Number(isOfBuild(a)))
    const stored = [path, `${subject.artifact.root}${path}`].find((at) => byPath.has(at)) ?? path
    return {
      severity: one.paths.some(isOfBuild) ? ("review" as const) : ("note" as const),
      message: `${one.name} has ${plural(one.others.commits, "other commit")}, none of them from the address of this one or by its committer`,
      at: { path: stored },
      evidence: [{ what: `commit under the name ${one.name}`, where: path, digest: `git:${one.commit}` }],
    }
  })
  return { outcome: "present", why: `${plural(findings.length, "commit")} under the name of a bot`, findings }
}

/** Bots get new addresses from their forge, which name them; and a person may apply a bot's commit, which keeps its address. */
const isStrange = ({ name, address, committer, others }: BotCommit): boolean =>
  !others.addresses.includes(address) && !others.committers.includes(committer) && !address.includes(bare(name))

const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\[bot\]$/, "")
    .trim()

/** What runs without anybody asking: workflows, build scripts, hooks, manifests. */
const isOfBuild = (path: string): boolean =>
  /(?:^|\/)(?:\.\w+\/(?:workflows|actions)\/|(?:Makefile|configure|setup|build|install|package|Cargo|pyproject|CMakeLists|meson)\b)|\.(?:sh|m4|mk|cmake)$/.test(
    path,
  )
