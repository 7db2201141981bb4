import { markdownTable } from "../../tools/marked-text.ts"
import { type Line, lineOf } from "./lines.ts"
import { findRepository } from "./repositories.ts"
import { Blobs } from "./trace-blobs.ts"
import { compareEvents } from "./trace-events.ts"
import { compareEvidence, evidenceOf } from "./trace-evidence.ts"
import { Comparison, factsOf } from "./trace-facts.ts"
import { compareFigures } from "./trace-figures.ts"
import { compareHands, lastRelease, type TagRange } from "./trace-hands.ts"
import { runKeys } from "./trace-keys.ts"
import { compareOpaque } from "./trace-opaque.ts"
import { linesOfXz } from "./trace-xz.ts"
import { Traced, traceOf } from "./traced.ts"

export { Traced }

const repositories = [
  "tukaani-project/xz",
  "libarchive/libarchive",
  "curl/curl",
  "jqlang/jq",
  "openssh/openssh-portable",
  "PCRE2Project/pcre2",
] as const

/** Hands are those of the newest release that HEAD has, newer than the one before it; of xz, where a release changed hands. */
const ranges: ReadonlyMap<string, TagRange> = new Map([["tukaani-project/xz", { from: "v5.4.0", to: "v5.6.1" }]])

const signaturesNote =
  "Signatures, as everybyte and gpg judge them with the keys that Debian keeps for the projects (`debian/upstream/signing-key.asc` of every version that the machine's apt sources lead to, all given to each repository) and with the allowed signers of the project's own tree: gpg calls good what is made with SHA-1 or after its key had ended, and says so beside it; we do not rely on it. A commit of level 3 or 4 is counted from what git says. Of a repository with more gpg is asked for all signed merges and commits for another, and for 1,000 others chosen by digest."

/** Each figure of a trace beside what plain git says of the same repository (docs/trace.md has the commands), and the dates of xz. */
export async function runTraces(isChosen: (name: string) => boolean): Promise<{ readonly lines: readonly Line[]; readonly text: string }> {
  const lines: Line[] = []
  const rows: (readonly string[])[] = []
  for (const name of repositories) {
    const what = `trace: ${name}: every figure is what git says`
    if (!isChosen(what)) continue
    const found = findRepository(name)
    if (!found.ok) {
      lines.push({ what, outcome: "not run", figure: found.why })
      continue
    }
    const trace = traceOf(found.path)
    const range = ranges.get(name) ?? lastRelease(found.path)
    const handed = range === undefined ? undefined : traceOf(found.path, ["--hands", "--range", `${range.from}..${range.to}`])
    if (typeof trace === "string" || typeof handed === "string") {
      lines.push({ what, outcome: "NOT HELD", figure: String(typeof trace === "string" ? trace : handed) })
      continue
    }
    const parts = await compareTrace(found.path, trace, {
      handed: range === undefined || handed?.hands === undefined ? undefined : { range, hands: handed.hands },
    })
    const figures = [...parts].map(([part, { compared }]) => `${part} ${compared}`).join(", ")
    lines.push(
      lineOf(
        what,
        [...parts.values()].flatMap(({ problems }) => problems),
        figures,
      ),
    )
    if (name === "tukaani-project/xz") lines.push(...(await linesOfXz(trace, found.path)))
    rows.push([
      ...rowOf(name, trace),
      ...[...parts.values()].map(({ compared }) => String(compared)),
      range === undefined ? "" : `${range.from}..${range.to}`,
    ])
    process.stderr.write(`${lines.at(-1)?.outcome}: ${what}\n`)
  }
  const head = ["repository", "commits", "merges", "tags", "people", "bots", "first pushes", "release signers", "changes of the holder"]
  const keys = await runKeys(isChosen)
  const text = [
    markdownTable([...head, ...partNames.map((name) => `equal: ${name}`), "hands of"], rows),
    "",
    signaturesNote,
    "",
    keys.text,
  ].join("\n")
  return { lines: [...lines, ...keys.lines], text }
}

function rowOf(name: string, { repository, people, events }: Traced): readonly string[] {
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length
  const { commits, merges, tags } = repository
  const bots = people.filter(({ kind }) => kind !== "person").length
  return [name, commits, merges, tags, people.length - bots, bots, count("first-push"), count("first-tag"), count("holder-changed")].map(
    String,
  )
}

export const partNames = ["figures", "events", "evidence", "opaque", "hands"] as const

export type PartName = (typeof partNames)[number]

interface Handed {
  readonly range: TagRange
  readonly hands: NonNullable<Traced["hands"]>
}

interface Compared {
  readonly handed?: Handed | undefined
  readonly parts?: readonly PartName[]
}

/** All that a trace says beside what git says of it, part by part. */
export async function compareTrace(
  folder: string,
  trace: Traced,
  { handed, parts = partNames }: Compared,
): Promise<ReadonlyMap<PartName, Comparison>> {
  const facts = factsOf(folder, trace)
  const evidence = evidenceOf(facts)
  const blobs = new Blobs(folder)
  const compare: { readonly [P in PartName]: (comparison: Comparison) => void | Promise<void> } = {
    figures: (comparison) => compareFigures(facts, comparison),
    events: (comparison) => compareEvents(facts, comparison),
    evidence: (comparison) => compareEvidence(facts, evidence, comparison),
    opaque: (comparison) => compareOpaque({ facts, evidence, blobs, comparison }),
    hands: (comparison) =>
      handed === undefined ? undefined : compareHands(handed.range, handed.hands, { facts, evidence, blobs, comparison }),
  }
  const compared = new Map<PartName, Comparison>()
  for (const name of parts) {
    const comparison = new Comparison()
    compared.set(name, comparison)
    await compare[name](comparison)
  }
  return compared
}
