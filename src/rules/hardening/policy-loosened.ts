import { plural } from "../../core/count.ts"
import type { Severity } from "../../model/finding.ts"
import type { ChangedLines, ChangedText } from "../../model/inspection.ts"
import { againstWords, entriesByPath, spelled } from "../chain.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"

/**
 * What guards a project is changed in its own files: rights of workflows (GitHub, "Workflow syntax", `permissions`), actions that were pinned to
 * a commit, the policy that says where to report. None of it is in the program, so none of it is an alarm.
 */
export const hardeningPolicyLoosened: Rule<InspectedSubject> = {
  id: "hardening/policy-loosened",
  version: 1,
  question: "Were the permissions of a workflow or the security policy loosened?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const { changes } = subject
  if (changes === undefined) return { outcome: "not-assessed", why: "there was neither a commit nor a previous release to compare with" }
  const workflows = changes.texts.filter(({ language }) => language === "workflow")
  const findings = [
    ...workflows.flatMap((text) => text.lines.flatMap((lines) => loosened(lines).map((one) => told(one, text, subject)))),
    ...changes.gone.filter((path) => policy.test(path)).map((path) => toldGone(path, subject)),
  ]
  if (findings.length > 0) return { outcome: "present", why: plural(findings.length, "place"), findings }
  const blind = changes.blind.find(({ at: { path } }) => /\.ya?ml$/.test(path))
  if (blind !== undefined) return { outcome: "not-assessed", why: `${blind.at.path}: ${blind.why}` }
  if (workflows.length === 0 && !changes.hasPrevious) return { outcome: "not-applicable", why: "no workflow differs from the commit's" }
  return { outcome: "absent", why: `${plural(workflows.length, "changed workflow")} and the security policy allow no more than before` }
}

/** Where GitHub looks for a policy (GitHub, "Adding a security policy to your repository"). */
const policy = /^(?:\.github\/|docs\/)?SECURITY(?:\.\w+)?$/i

interface Loosened {
  readonly line: number
  readonly severity: Severity
  readonly why: string
  readonly words: string
}

interface Row {
  /** Of a line that came. */
  readonly what: RegExp
  readonly severity: Severity
  readonly why: string
}

const rows: readonly Row[] = [
  { what: /^\s*permissions\s*:\s*['"]?write-all\b/, severity: "review", why: "every right is given to a workflow" },
  {
    what: /^\s*(?:-\s*)?pull_request_target\s*:?\s*$|\bon\s*:.*\bpull_request_target\b/,
    severity: "review",
    why: "what a stranger proposes runs with the rights of the project",
  },
  {
    what: /^\s*(?:contents|packages|id-token|actions|attestations|deployments|pages)\s*:\s*['"]?write\b/,
    severity: "note",
    why: "a workflow may write what it could not",
  },
  { what: /\bpersist-credentials\s*:\s*['"]?true\b/, severity: "note", why: "the credentials of a checkout are kept" },
]

function loosened({ first, added, removed }: ChangedLines): readonly Loosened[] {
  const wereThere = new Set(removed.map((line) => line.trim()))
  const came = added.flatMap((line, index) => {
    if (line.length > lineMax || wereThere.has(line.trim())) return []
    const row = rows.find(({ what }) => what.test(line))
    const found = row ?? unpinned(line, removed)
    return found === undefined ? [] : [{ line: first + index, severity: found.severity, why: found.why, words: line.trim() }]
  })
  return [...came, ...dropped({ first, added, removed })]
}

const lineMax = 2000

const uses = /\buses\s*:\s*['"]?([\w./-]+)@([\w./-]+)/
const isCommit = (ref: string): boolean => /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(ref)

/** An action that was pinned to a commit follows a tag or a branch now: whoever moves that decides what runs. */
function unpinned(line: string, removed: readonly string[]): Omit<Row, "what"> | undefined {
  const [, action, ref = ""] = uses.exec(line) ?? []
  if (action === undefined || isCommit(ref)) return undefined
  const was = removed
    .map((one) => (one.length > lineMax ? null : uses.exec(one)))
    .find((one) => one?.[1] === action && isCommit(one[2] ?? ""))
  return was === undefined ? undefined : { severity: "review", why: `${action} is no longer pinned to a commit` }
}

/** Rights that were narrowed and are not any more; credentials that were not kept. */
function dropped({ first, added, removed }: ChangedLines): readonly Loosened[] {
  const rest = added.join("\n")
  const lost = (what: RegExp): string | undefined =>
    what.test(rest) ? undefined : removed.find((line) => line.length <= lineMax && what.test(line))
  const narrowed = lost(/^\s*permissions\s*:/m)
  const kept = lost(/\bpersist-credentials\s*:\s*['"]?false\b/)
  return [
    ...(narrowed === undefined
      ? []
      : [{ line: first, severity: "note" as const, why: "the rights of a workflow are no longer narrowed", words: narrowed.trim() }]),
    ...(kept === undefined
      ? []
      : [{ line: first, severity: "note" as const, why: "the credentials of a checkout are kept", words: kept.trim() }]),
  ]
}

type Told = Extract<Answer, { outcome: "present" }>["findings"][number]

function told({ line, severity, why, words }: Loosened, { path, against }: ChangedText, subject: InspectedSubject): Told {
  const at = { path, lines: [line, line] as const }
  const digest = `sha256:${entriesByPath(subject).get(path)?.entry.sha256 ?? ""}`
  return {
    severity,
    message: `looser than in ${againstWords[against]}: ${why}`,
    at,
    evidence: [{ what: words.slice(0, wordsMax), where: spelled(at), digest }],
  }
}

const wordsMax = 200

/** Of what is gone there is only its name: the release is what shows it. */
const toldGone = (path: string, { artifact }: InspectedSubject): Told => ({
  severity: "note",
  message: "the security policy of the release before it is gone",
  at: { path },
  evidence: [{ what: "the release without it", where: artifact.name, digest: `sha256:${artifact.sha256}` }],
})
