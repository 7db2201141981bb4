import { confusion } from "../../core/confusable.ts"
import { plural } from "../../core/count.ts"
import type { Place } from "../../model/code.ts"
import type { Finding } from "../../model/finding.ts"
import type { Survey } from "../../model/inspection.ts"
import { actionOwners } from "../action-owners.ts"
import { entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * What a workflow uses is named by an account and a repository, and by a commit that nobody reads: where the account is another and the rest the same, a fork decides what runs. Actions do change
 * hands, most of them to accounts that many know.
 */
export const releaseActionOwner: Rule<InspectedSubject> = {
  id: "release/action-owner",
  version: 1,
  question:
    "Does a workflow use an action of another account than the release before it did, or of one whose name is nearly that of one that many use?",
  check: answer,
}

interface Use {
  readonly owner: string
  /** Of the action, without a folder in it. */
  readonly repository: string
  readonly words: string
  readonly at: Place
}

function answer(subject: InspectedSubject): Answer {
  const { inspection, before } = subject
  const uses = usesIn(inspection)
  if (uses.length === 0) return { outcome: "not-applicable", why: "no workflow of the release uses an action" }
  const were = before === undefined ? undefined : usesIn(before)
  const known = new Set(were?.map(({ owner }) => owner))
  const [counts, countsBefore] = [countsOf(uses), countsOf(were ?? [])]
  const found = uses.flatMap((use): readonly Omit<Finding, "rule" | "version">[] => {
    const like = actionOwners.has(use.owner) ? undefined : nearlyOf(use.owner)
    const from = were?.find((one) => takesFrom(use, one, counts, countsBefore))
    if (like === undefined && from === undefined) return []
    const said = [
      ...(from === undefined ? [] : [`the release before it used ${from.words}`]),
      ...(like === undefined ? [] : [`${use.owner} ${like}, whose actions many use`]),
    ]
    const isNew = like !== undefined ? !known.has(use.owner) : !actionOwners.has(use.owner)
    const digest = `sha256:${entriesByPath(subject).get(use.at.path)?.entry.sha256 ?? ""}`
    return [
      {
        severity: isNew ? "review" : "note",
        message: `uses ${use.owner}/${use.repository}: ${said.join("; ")}`,
        at: { path: use.at.path, lines: use.at.lines },
        evidence: [{ what: use.words, where: spelled(use.at), digest }],
      },
    ]
  })
  if (found.length > 0) return { outcome: "present", why: `${found.length} of ${plural(uses.length, "use")} of actions`, findings: found }
  return { outcome: "absent", why: `${plural(uses.length, "use")} of actions, of accounts as before and unlike those that many use` }
}

/** `owner/repository[/folder]@ref`; what lies in the repository itself, or is an image, has no account. */
const action = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([\w.-]+)(?:\/[^@]*)?@/

function usesIn({ scripts }: Survey): readonly Use[] {
  return scripts.flatMap(({ acts }) =>
    acts.flatMap((act) => {
      if (act.kind !== "runs" || act.language !== "workflow" || act.what.kind !== "text" || act.what.text.length > wordsMax) return []
      const [, owner, repository] = action.exec(act.what.text) ?? []
      if (owner === undefined || repository === undefined) return []
      return [{ owner: owner.toLowerCase(), repository: repository.toLowerCase(), words: act.what.text, at: act.at }]
    }),
  )
}

const wordsMax = 400

const keyOf = ({ owner, repository, at }: Use): string => `${owner}/${repository} ${at.path}`

function countsOf(uses: readonly Use[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const use of uses) counts.set(keyOf(use), (counts.get(keyOf(use)) ?? 0) + 1)
  return counts
}

/** Of the same repository's name and another account: the same workflow has more of the one than before, and fewer of the other. */
function takesFrom(use: Use, other: Use, now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  const gained = (one: Use): number => (now.get(keyOf(one)) ?? 0) - (before.get(keyOf(one)) ?? 0)
  const isPair = other.at.path === use.at.path && other.repository === use.repository && other.owner !== use.owner
  return isPair && gained(use) > 0 && gained(other) < 0
}

function nearlyOf(owner: string): string | undefined {
  for (const other of actionOwners) {
    const how = confusion(owner, other)
    if (how !== undefined) return `${how} ${other}`
  }
  return undefined
}
