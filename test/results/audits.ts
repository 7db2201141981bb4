/**
 * Each honest pair audited as a gate would: a first run; its open items signed for by a reviewer whom the policy names; a second run, in which nothing may be
 * left. Then the next version of some of them, with what was accepted as the baseline. Keys, policy and reviews are made in a temporary folder.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Audited, type Desk, deskIn, runAudit, signed } from "./desk.ts"
import type { Session } from "./kept-runs.ts"
import { type Line, lineOf } from "./lines.ts"
import { findRepository } from "./repositories.ts"

export interface Pair {
  readonly target: string
  /** owner/name */
  readonly repository: string
  readonly ref?: string
  readonly submodules?: Readonly<Record<string, string>>
}

const sljit = { "deps/sljit": "zherczeg/sljit" }

const pairs: readonly Pair[] = [
  { target: "deb-src:xz-utils@5.8.1", repository: "tukaani-project/xz", ref: "v5.8.1" },
  { target: "deb-src:xz-utils@5.4.1", repository: "tukaani-project/xz", ref: "v5.4.1" },
  { target: "deb-src:pcre2@10.46", repository: "PCRE2Project/pcre2", ref: "pcre2-10.46", submodules: sljit },
  { target: "deb-src:libarchive@3.7.4", repository: "libarchive/libarchive", ref: "v3.7.4" },
  { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a" },
  { target: "deb-src:curl@7.88.1", repository: "curl/curl", ref: "curl-7_88_1" },
  { target: "deb-src:expat@2.8.3", repository: "libexpat/libexpat", ref: "R_2_8_3" },
  { target: "deb-src:openssh@10.0p1", repository: "openssh/openssh-portable", ref: "V_10_0_P2" },
  { target: "deb-src:jq@1.7.1", repository: "jqlang/jq", ref: "jq-1.7.1" },
  { target: "npm:age-encryption@0.3.0", repository: "FiloSottile/typage" },
  { target: "npm:kysely@0.29.5", repository: "kysely-org/kysely" },
  { target: "npm:tar-stream@3.1.8", repository: "mafintosh/tar-stream" },
  { target: "npm:@sigstore/verify@4.1.2", repository: "sigstore/sigstore-js", ref: "769a53d8713248a8bf49edfc2a5d1955b0dcc24d" },
  { target: "npm:isomorphic-git@1.41.8", repository: "isomorphic-git/isomorphic-git" },
  { target: "npm:knip@6.32.2", repository: "webpro-nl/knip" },
]

/** An accepted release and the one behind it, as Debian's suites have them side by side. */
const neighbours: readonly (readonly [before: Pair, after: Pair])[] = [
  [
    { target: "deb-src:xz-utils@5.8.1", repository: "tukaani-project/xz", ref: "v5.8.1" },
    { target: "deb-src:xz-utils@5.8.3", repository: "tukaani-project/xz", ref: "v5.8.3" },
  ],
  [
    { target: "deb-src:pcre2@10.42", repository: "PCRE2Project/pcre2", ref: "pcre2-10.42" },
    { target: "deb-src:pcre2@10.46", repository: "PCRE2Project/pcre2", ref: "pcre2-10.46", submodules: sljit },
  ],
  [
    { target: "deb-src:libarchive@3.6.2", repository: "libarchive/libarchive", ref: "v3.6.2" },
    { target: "deb-src:libarchive@3.7.4", repository: "libarchive/libarchive", ref: "v3.7.4" },
  ],
  [
    { target: "deb-src:tmux@3.3a", repository: "tmux/tmux", ref: "3.3a" },
    { target: "deb-src:tmux@3.5a", repository: "tmux/tmux", ref: "3.5a" },
  ],
  [
    { target: "deb-src:openssh@9.2p1", repository: "openssh/openssh-portable", ref: "V_9_2_P1" },
    { target: "deb-src:openssh@10.0p1", repository: "openssh/openssh-portable", ref: "V_10_0_P2" },
  ],
]

export function runAudits(isChosen: (name: string) => boolean, session: Session): readonly Line[] {
  const folder = mkdtempSync(join(tmpdir(), "everybyte-audits-"))
  try {
    const desk = deskIn(folder, session)
    if (typeof desk === "string") return [{ what: "audits", outcome: "NOT HELD", figure: desk }]
    const twice = pairs.map(
      (pair) => [`audit ${pair.target}, twice: nothing is left after acceptance`, () => auditedTwice(pair, desk)] as const,
    )
    const next = neighbours.map(
      ([before, after]) =>
        [`audit ${before.target}, then ${after.target}: only what changed`, () => auditedNext(before, after, { folder, session })] as const,
    )
    const lines: Line[] = []
    for (const [what, run] of [...twice, ...next].filter(([name]) => isChosen(name))) {
      const found = run()
      const line =
        "notRun" in found ? ({ what, outcome: "not run", figure: found.notRun } as const) : lineOf(what, found.problems, found.figure)
      process.stderr.write(`${line.outcome}: ${line.what}: ${line.figure}\n`)
      lines.push(line)
    }
    return lines
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Found = { readonly notRun: string } | { readonly problems: readonly string[]; readonly figure: string }

/** The words of a pair for the command line; a sentence when its repository is not here. */
export function wordsOf({ target, repository, ref, submodules = {} }: Pair): readonly string[] | string {
  const found = findRepository(repository)
  if (!found.ok) return found.why
  const words = [
    target,
    "--repository",
    `${found.path}${ref === undefined ? "" : `@${ref}`}`,
    "--replay",
    "always",
    "--limit",
    "sandboxSecondsMax=7200",
  ]
  for (const [path, name] of Object.entries(submodules)) {
    const submodule = findRepository(name)
    if (!submodule.ok) return submodule.why
    words.push("--submodule", `${path}=${submodule.path}`)
  }
  return words
}

const shown = ({ report, code }: Audited): string =>
  `${report.verdict}, ${report.audit.open.length} open, toRead ${report.ledger.totals.toRead}, exit ${code}`

/** A first run, acceptance, a second run; the reviews stay in the desk for the next version. */
function auditedTwice(pair: Pair, desk: Desk): Found {
  const words = wordsOf(pair)
  if (typeof words === "string") return { notRun: words }
  const first = runAudit(words, desk)
  if ("why" in first) return first.notRun ? { notRun: first.why } : { problems: [first.why], figure: "" }
  const problems = first.code === (first.report.verdict === "accounted" ? 0 : 1) ? [] : [`the first run ended with ${first.code}`]
  const refused = first.report.audit.open.length === 0 ? undefined : signed(first, desk)
  if (refused !== undefined) return { problems: [...problems, refused], figure: "" }
  const second = runAudit(words, desk)
  if ("why" in second) return { problems: [...problems, second.why], figure: "" }
  if (second.code !== 0 || second.report.audit.open.length > 0 || second.report.ledger.totals.toRead > 0)
    problems.push(`something is left: ${shown(second)}`)
  const ratio = (second.seconds / first.seconds).toFixed(2)
  return {
    problems,
    figure: `${shown(first)} in ${first.seconds.toFixed(1)} s; then ${shown(second)}, ${second.report.audit.settled.length} settled, ${ratio} of the time`,
  }
}

/** What is open in the newer one must not be there, byte for byte, in the one that was accepted. */
function auditedNext(before: Pair, after: Pair, { folder, session }: Desk): Found {
  // A desk of its own: what was signed for the newer release itself must not count.
  const desk = deskIn(mkdtempSync(join(folder, "next-")), session)
  if (typeof desk === "string") return { problems: [desk], figure: "" }
  const [old, words] = [wordsOf(before), wordsOf(after)]
  if (typeof old === "string") return { notRun: old }
  if (typeof words === "string") return { notRun: words }
  const first = runAudit(old, desk)
  if ("why" in first) return first.notRun ? { notRun: first.why } : { problems: [first.why], figure: "" }
  const refused = first.report.audit.open.length === 0 ? undefined : signed(first, desk)
  if (refused !== undefined) return { problems: [refused], figure: "" }
  const without = runAudit([...words, "--reviews", join(desk.folder, "none")], desk)
  const found = runAudit([...words, "--previous", before.target], desk)
  if ("why" in without) return without.notRun ? { notRun: without.why } : { problems: [without.why], figure: "" }
  if ("why" in found) return { problems: [found.why], figure: "" }
  const known = new Set(
    first.report.ledger.entries.map(({ path, sha256, mode }) => `${path.slice(first.report.artifact.root.length)} ${sha256} ${mode}`),
  )
  const open = new Set(found.report.audit.open.flatMap(({ kind, at }) => (kind === "entry" ? [at] : [])))
  const same = found.report.ledger.entries.filter(
    ({ path, sha256, mode }) =>
      (open.has(path) || open.has(path.slice(found.report.artifact.root.length))) &&
      known.has(`${path.slice(found.report.artifact.root.length)} ${sha256} ${mode}`),
  )
  const problems = [
    ...(found.report.audit.baseline === undefined ? ["the accepted release was not taken as the baseline"] : []),
    ...same.slice(0, 5).map(({ path }) => `${path} did not change and is open`),
    ...(found.report.ledger.totals.toRead > without.report.ledger.totals.toRead ? ["the baseline made more to read"] : []),
  ]
  return { problems, figure: `without the baseline ${shown(without)}; with it ${shown(found)}` }
}

export interface PoisonedTwin {
  /** Words of the command line behind the target. */
  readonly words: readonly string[]
  /** Archives of this machine. */
  readonly honest: string
  readonly twin: string
  /** The paths that were changed. */
  readonly changed: readonly string[]
}

/** Neither alone nor with the honest release accepted may the twin pass, and what was poisoned comes first. */
export function auditedTwin(
  { words, honest, twin, changed }: PoisonedTwin,
  desk: Desk,
): { readonly problems: readonly string[]; readonly figure: string } {
  const accepted = runAudit([honest, ...words], desk)
  if ("why" in accepted) return { problems: [accepted.why], figure: "" }
  const refused = accepted.report.audit.open.length === 0 ? undefined : signed(accepted, desk)
  if (refused !== undefined) return { problems: [refused], figure: "" }
  const problems: string[] = []
  const figures: string[] = []
  for (const [how, more] of [
    ["alone", []],
    ["with the honest release accepted", ["--previous", honest]],
  ] as const) {
    const found = runAudit([twin, ...words, ...more], desk)
    if ("why" in found) return { problems: [...problems, found.why], figure: "" }
    const { open } = found.report.audit
    const isPoisoned = ({ at }: { readonly at: string }): boolean => changed.some((path) => at.endsWith(path) || path.endsWith(at))
    const first = open.slice(0, changed.length)
    if (found.code !== 1 || found.report.verdict === "accounted") problems.push(`${how}: ${shown(found)}`)
    if (first.length < changed.length || !first.every(isPoisoned)) problems.push(`${how}: first is ${first.map(({ at }) => at).join(", ")}`)
    figures.push(`${how} ${shown(found)}, first ${first.map(({ at }) => at.slice(at.lastIndexOf("/") + 1)).join(", ")}`)
  }
  return { problems, figure: figures.join("; ") }
}
