import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { isGitOid } from "../../src/core/digest.ts"
import { orThrow } from "../../src/core/fault.ts"
import { createContext } from "../../src/io/create-context.ts"
import { openRepository } from "../../src/io/git.ts"
import { gitSignatures, type SignatureAnswer, type SignatureCheck } from "../../src/io/git-signatures.ts"
import { trustedSignatureChecks } from "../../src/registries/index.ts"
import { markdownTable } from "../../tools/marked-text.ts"
import { Gpg, type GpgKey, type GpgSignature } from "./gpg.ts"
import { type Line, lineOf } from "./lines.ts"
import { findRepository } from "./repositories.ts"
import { ownersIn, verdictOf } from "./signature-verdicts.ts"
import { evidenceOf, numberIn } from "./trace-evidence.ts"
import { Comparison, type Facts, factsOf, git, sampleOf } from "./trace-facts.ts"
import { traceOf } from "./traced.ts"
import { upstreamKeys } from "./upstream-keys.ts"

/** Repositories, the package whose maintainers keep the project's keys, and the project's own file of allowed signers. */
const projects: readonly (readonly [name: string, source: string, signers?: string])[] = [
  ["tukaani-project/xz", "xz-utils"],
  ["libarchive/libarchive", "libarchive"],
  ["curl/curl", "curl"],
  ["openssh/openssh-portable", "openssh", ".git_allowed_signers"],
  ["jqlang/jq", "jq"],
  ["PCRE2Project/pcre2", "pcre2"],
  ["tmux/tmux", "tmux"],
]

/** Signed commits that gpg is asked for, for which git starts it each time. Those that a level can rest on, committed for another or a merge, all are; of the others these many. */
const othersMax = 1000

/** Signatures by the keys that a distribution keeps, as everybyte and gpg judge them, and the levels that rest on them. */
export async function runKeys(isChosen: (name: string) => boolean): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const whats = projects.map(([name]) => `trace: ${name}: signatures as gpg judges them`)
  if (!whats.some(isChosen)) return { lines: [], text: "" }
  const version = Gpg.version()
  if (version === undefined) return { lines: whats.map((what) => ({ what, outcome: "not run", figure: "no gpg here" })), text: "" }
  const folder = mkdtempSync(join(tmpdir(), "everybyte-keys-"))
  try {
    const found = new Map<string, Awaited<ReturnType<typeof upstreamKeys>>>()
    for (const [, name] of projects) found.set(name, await upstreamKeys(name, folder))
    const keyrings = [...found.values()].flatMap(({ paths }) => paths)
    if (keyrings.length === 0) {
      const why = [...new Set([...found.values()].flatMap((one) => one.why))].join("; ").slice(0, 300)
      return { lines: whats.map((what) => ({ what, outcome: "not run", figure: `no keys: ${why}` })), text: "" }
    }
    return await compareAll({ isChosen, keyrings, folder, keysOf: (name) => found.get(name)?.paths.length ?? 0 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Keyed {
  readonly isChosen: (name: string) => boolean
  readonly keyrings: readonly string[]
  readonly folder: string
  readonly keysOf: (name: string) => number
}

async function compareAll({
  isChosen,
  keyrings,
  folder,
  keysOf,
}: Keyed): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const gpg = new Gpg(folder, keyrings)
  const lines: Line[] = []
  const rows: (readonly string[])[] = []
  try {
    for (const [name, source, signers] of projects) {
      const what = `trace: ${name}: signatures as gpg judges them`
      const found = findRepository(name)
      if (!isChosen(what)) continue
      if (!found.ok) {
        lines.push({ what, outcome: "not run", figure: found.why })
        continue
      }
      const allowed = signers === undefined ? [] : [signersOf(found.path, signers, folder)]
      gpg.allowedSigners = allowed[0]
      const trace = traceOf(found.path, [
        ...keyrings.flatMap((path) => ["--keyring", path]),
        ...allowed.flatMap((path) => ["--allowed-signers", path]),
      ])
      if (typeof trace === "string") {
        lines.push({ what, outcome: "NOT HELD", figure: trace })
        continue
      }
      const { comparison, rows: own } = await compareKeys(factsOf(found.path, trace), { gpg, keyrings, allowed })
      lines.push(lineOf(what, comparison.problems, `${comparison.compared} figures`))
      rows.push(...own.map((row) => [name, `${keysOf(source)}${allowed.length === 0 ? "" : " and its SSH signers"}`, ...row]))
      process.stderr.write(`${lines.at(-1)?.outcome}: ${what}\n`)
    }
  } finally {
    gpg.close()
  }
  return { lines, text: markdownTable(head, rows) }
}

const head = [
  "repository",
  "key files in Debian",
  "of",
  "signed",
  "asked of gpg",
  "good for gpg",
  "valid for us",
  "not relied on: after the key's end",
  "not relied on: SHA-1",
  "otherwise different",
  "level 3",
  "level 4",
]

interface Judges {
  readonly gpg: Gpg
  readonly keyrings: readonly string[]
  /** Files of allowed signers. */
  readonly allowed: readonly string[]
}

/** What HEAD has there, in a file. */
function signersOf(folder: string, path: string, to: string): string {
  const file = join(to, "allowed-signers")
  writeFileSync(file, git(folder, ["cat-file", "blob", `HEAD:${path}`]))
  return file
}

async function compareKeys(
  facts: Facts,
  { gpg, keyrings, allowed }: Judges,
): Promise<{ readonly comparison: Comparison; readonly rows: readonly (readonly string[])[] }> {
  const comparison = new Comparison()
  const keys = gpg.keys()
  const signed = signedIn(facts, allowed.length > 0)
  const commits = asked(facts, signed)
  const tags = facts.tags.flatMap(({ annotated }) => annotated ?? [])
  const ours = await answersOf(facts.folder, [...commits, ...tags], { keyrings, allowed })
  const ofCommits = await gpg.commits(facts.folder, commits)
  const ofTags = (await gpg.tags(facts.folder, tags)).filter(({ oid, letter }) => letter !== "N" || ours.has(oid))
  comparison.same("commits that both found signed", commits.length, ofCommits.filter(({ letter }) => letter !== "N").length)
  if (commits.length === signed.length) compareSentences(facts, [...ofCommits, ...ofTags], { keys, comparison })
  const counts = [ofCommits, ofTags].map((judged) => countsOf(judged, { ours, keys, facts, comparison }))
  const { standingOf } = evidenceOf(facts, ownersIn([...ofCommits, ...ofTags], { keys, facts }))
  const levels = [3, 4].map((level) => [...standingOf.values()].filter((one) => one.level === level).length)
  for (const [index, level] of [3, 4].entries())
    comparison.same(`commits of level ${level}`, facts.trace.evidence.levels[level], levels[index])
  const rows = [
    ["commits", signed.length, commits.length, ...(counts[0] ?? []), ...levels],
    ["tags", ofTags.length, ofTags.length, ...(counts[1] ?? []), "", ""],
  ]
  return { comparison, rows: rows.map((row) => row.map(String)) }
}

interface Judgement {
  readonly ours: ReadonlyMap<string, SignatureAnswer>
  readonly keys: ReadonlyMap<string, GpgKey>
  readonly facts: Facts
  readonly comparison: Comparison
}

/** Good for gpg, valid for us, and not relied on as the key had ended or the hash is SHA-1; what else differs. */
function countsOf(judged: readonly GpgSignature[], { ours, keys, facts, comparison }: Judgement): readonly number[] {
  const sums = { good: 0, valid: 0, ended: 0, sha1: 0, other: 0 }
  for (const one of judged) {
    const mine = ours.get(one.oid)?.kind ?? "none"
    const theirs = verdictOf(one, keys, facts)
    comparison.same(`signature of ${one.oid} (gpg: ${one.letter})`, mine, theirs.kind)
    const isGood = "GUY".includes(one.letter)
    sums.valid += mine === "valid" ? 1 : 0
    sums.good += isGood ? 1 : 0
    if (mine !== theirs.kind) sums.other += 1
    else if (isGood && theirs.why !== undefined) sums[theirs.why] += 1
  }
  return Object.values(sums)
}

/** What the report says of signatures that do not verify. */
function compareSentences(
  facts: Facts,
  judged: readonly GpgSignature[],
  { keys, comparison }: { readonly keys: ReadonlyMap<string, GpgKey>; readonly comparison: Comparison },
): void {
  const sentences = [
    ["unknown-key", /^signatures by keys that were not given, .*: ([\d,]+)$/],
    ["weak", /^signatures that fit and are not relied on, .*: ([\d,]+)$/],
    ["younger-key", /^signatures by keys that are younger .*: ([\d,]+)$/],
    ["bad", /^signatures that do not fit what they sign: ([\d,]+)$/],
  ] as const
  const signed = judged.filter(({ letter }) => letter !== "N")
  for (const [kind, sentence] of sentences)
    comparison.same(
      `told as ${kind}`,
      numberIn(facts.trace.evidence.notAssessed, sentence),
      signed.filter((one) => verdictOf(one, keys, facts).kind === kind).length,
    )
}

/** Commits with an OpenPGP signature in their header, or one of SSH. */
function signedIn({ folder, commits }: Facts, withSsh: boolean): readonly string[] {
  const objects = git(folder, ["cat-file", "--batch"], commits.map(({ oid }) => `${oid}\n`).join("")).toString("latin1")
  return [...objects.matchAll(/^([0-9a-f]{40,64}) commit \d+\n((?:.+\n)+?)\n/gm)].flatMap(([, oid = "", header = ""]) =>
    (withSsh ? /^gpgsig -----BEGIN (?:PGP|SSH)/m : /^gpgsig -----BEGIN PGP/m).test(header) ? [oid] : [],
  )
}

function asked({ commitOf }: Facts, signed: readonly string[]): readonly string[] {
  const isTelling = (oid: string): boolean => {
    const commit = commitOf.get(oid)
    return commit !== undefined && (commit.author !== commit.committer || commit.parents.length > 1)
  }
  return [
    ...signed.filter(isTelling),
    ...sampleOf(
      signed.filter((oid) => !isTelling(oid)),
      othersMax,
      (oid) => oid,
    ),
  ]
}

/** The product's own verdict on each object. */
async function answersOf(
  folder: string,
  oids: readonly string[],
  { keyrings, allowed }: Pick<Judges, "keyrings" | "allowed">,
): Promise<ReadonlyMap<string, SignatureAnswer>> {
  const ctx = createContext({ offline: true, keyrings })
  const checks = await trustedSignatureChecks(ctx, allowed)
  const answers = new Map<string, SignatureAnswer>()
  const noting =
    (check: SignatureCheck): SignatureCheck =>
    async (what, signed) => {
      const answer = await check(what, signed)
      answers.set(what, answer)
      return answer
    }
  const repository = orThrow(await openRepository(folder, ctx))
  try {
    const noted = {
      ...(checks?.openpgp === undefined ? {} : { openpgp: noting(checks.openpgp) }),
      ...(checks?.ssh === undefined ? {} : { ssh: noting(checks.ssh) }),
    }
    await gitSignatures(repository, oids.filter(isGitOid), { checks: noted, ctx })
  } finally {
    await repository.close()
  }
  return answers
}
