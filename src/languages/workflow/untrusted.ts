import type { Limits } from "../../core/limits.ts"
import { Gathered } from "../gathered.ts"
import type { Analysed, Source } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { membersOf, readYaml, textIn, textsIn, type Yaml } from "./yaml.ts"

/** What a workflow of GitHub does with what strangers write. */
export interface Untrusted {
  /** Events that strangers cause and that run with the repository's own rights. */
  readonly events: readonly string[]
  readonly uses: readonly {
    readonly lines: readonly [first: number, last: number]
    readonly kind: "text" | "code"
    readonly what: string
    readonly rights: readonly string[]
  }[]
}

/** Anybody causes these, and their jobs get the token and the secrets of the repository (GitHub, "Events that trigger workflows"). Those of `pull_request` from a fork do not. */
const strangers: ReadonlySet<string> = new Set([
  "pull_request_target",
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
  "workflow_run",
  "fork",
  "watch",
  "gollum",
])

/** Fields of an event that hold what a stranger chose, as text (GitHub, "Script injections"). Numbers, ids and addresses cannot hold a command. */
const chosen =
  /\bgithub\s*\.\s*(?:head_ref\b|event\s*\.\s*(?:(?:issue|pull_request|discussion)\s*\.\s*(?:title|body)\b|(?:comment|review|review_comment)\s*\.\s*body\b|pull_request\s*\.\s*head\s*\.\s*(?:ref|label|repo\s*\.\s*default_branch|repo\s*\.\s*description)\b|pages\b[\s\S]{0,40}?page_name\b|commits\b[\s\S]{0,40}?(?:message|author\s*\.\s*(?:name|email))\b|head_commit\s*\.\s*(?:message|author\s*\.\s*(?:name|email))\b|workflow_run\s*\.\s*(?:head_branch|display_title|head_commit\s*\.\s*message|pull_requests\b[\s\S]{0,40}?head\s*\.\s*ref)\b))/

/** What names the tree that a stranger proposes. */
const proposed =
  /github\s*\.\s*(?:head_ref\b|event\s*\.\s*(?:pull_request\s*\.\s*head\s*\.\s*(?:sha|ref)|workflow_run\s*\.\s*head_(?:sha|branch|commit))\b)|refs\/pull\/|github\s*\.\s*event\s*\.\s*pull_request\s*\.\s*merge_commit_sha/

const expressions = /\$\{\{([\s\S]{0,2000}?)\}\}/g

const nothing: Analysed = { acts: [], blind: [] }

/** Reads a workflow for words of strangers that become part of a script, and for their code where it is checked out and run. Undefined: it is no workflow that can be read. */
export function untrustedOf(source: Source, limits: Limits): Untrusted | undefined {
  const found = new Gathered(source, { limits, files: new Set(), variables: new Map(), inner: () => nothing })
  const whole = Mapped.whole(source.text)
  const [document] = readYaml(whole, found)
  if (document?.kind !== "map" || found.done().blind.length > 0) return undefined
  const events = eventsOf(document).filter((event) => strangers.has(event))
  if (events.length === 0) return { events, uses: [] }
  const uses = membersOf(document, "jobs").flatMap((jobs) =>
    jobs.kind === "map" ? jobs.members.flatMap(([, job]) => usesOf(job, document, found)) : [],
  )
  return { events, uses }
}

/** `on: push`, `on: [push]`, or a map of them. */
const eventsOf = (document: Yaml): readonly string[] =>
  membersOf(document, "on").flatMap((on) => (on.kind === "map" ? on.members.map(([name]) => name) : textsIn(on).map(({ text }) => text)))

function usesOf(job: Yaml, document: Yaml, found: Gathered): Untrusted["uses"] {
  const rights = rightsOf(job, document)
  const steps = membersOf(job, "steps").flatMap((one) => (one.kind === "list" ? one.items : []))
  const checkout = steps.findIndex((step) => isProposed(step))
  const after = checkout === -1 ? [] : steps.slice(checkout + 1).filter(runsOwnCode)
  return [
    ...steps.flatMap((step) =>
      scriptsOf(step).flatMap((script) =>
        expressionsIn(script).map((what) => ({ lines: found.placeOf(script).lines, kind: "text" as const, what, rights })),
      ),
    ),
    ...(after.length === 0 ? [] : refsOf(steps[checkout]).slice(0, 1)).map((ref) => ({
      lines: found.placeOf(ref).lines,
      kind: "code" as const,
      what: ref.text.trim().slice(0, 200),
      rights,
    })),
  ]
}

/** Texts of a step that become a script: `run`, and the script of GitHub's action that runs one. */
const scriptsOf = (step: Yaml): readonly Mapped[] => [
  ...membersOf(step, "run").flatMap((one) => (one.kind === "text" ? [one.of] : [])),
  ...(/^actions\/github-script(?:@|$)/.test(textIn(step, "uses") ?? "")
    ? membersOf(step, "with").flatMap((inputs) => membersOf(inputs, "script").flatMap(textsIn))
    : []),
]

const expressionsIn = ({ text }: Mapped): readonly string[] => [
  ...new Set(
    [...text.matchAll(expressions)].flatMap(([, expression = ""]) => (chosen.test(expression) ? [expression.trim().slice(0, 200)] : [])),
  ),
]

const refsOf = (step: Yaml | undefined): readonly Mapped[] =>
  membersOf(step, "with").flatMap((inputs) => membersOf(inputs, "ref").flatMap(textsIn))

const isProposed = (step: Yaml): boolean =>
  /^actions\/checkout(?:@|$)/.test(textIn(step, "uses") ?? "") && refsOf(step).some(({ text }) => proposed.test(text))

/** A step that runs what stands in the tree: a program of it, a build, an installation with hooks, an action of its own. */
const runsOwnCode = (step: Yaml): boolean =>
  (textIn(step, "uses") ?? "").startsWith("./") ||
  /(?:^|[\s;&|(])(?:npm|pnpm|yarn|npx|bun|make|cmake|cargo|go|pip3?|python3?|node|ruby|bundle|rake|tox|nox|pytest|mvn|gradle|bash|sh|\.\/\S+|poetry|uv|hatch|composer|php|perl|dotnet|meson|ninja)(?=\s|$)/m.test(
    textIn(step, "run") ?? "",
  )

/** What the token may write, by the job's word or else the workflow's; without a word it is as the repository is set up. And which secrets reach the job. */
function rightsOf(job: Yaml, document: Yaml): readonly string[] {
  const [permissions] = [...membersOf(job, "permissions"), ...membersOf(document, "permissions")]
  const isWriting =
    permissions?.kind === "map"
      ? permissions.members.some(([, value]) => value.kind === "text" && value.of.text === "write")
      : permissions?.kind === "text" && permissions.of.text === "write-all"
  const secrets = [job, ...membersOf(document, "env")].some(namesSecret)
  return [...(isWriting ? ["write rights"] : []), ...(permissions === undefined ? ["default rights"] : []), ...(secrets ? ["secrets"] : [])]
}

/** The token of the run has what `permissions` say, and is counted there. */
function namesSecret(of: Yaml): boolean {
  if (of.kind === "text") return /\bsecrets\s*(?:\.|\[\s*['"])\s*(?!GITHUB_TOKEN\b)\w/.test(of.of.text)
  return of.kind === "list" ? of.items.some(namesSecret) : of.members.some(([, value]) => namesSecret(value))
}
