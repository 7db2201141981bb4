import { z } from "zod"
import { held, needed } from "./capability-schema.ts"
import { severities } from "./finding.ts"
import { dangers, kinds } from "./ledger.ts"
import { people } from "./people-schema.ts"
import { verdicts } from "./report.ts"
import { yara } from "./yara-schema.ts"

/**
 * `everybyte.report/1` as others can check it. `test/report-schema.test.ts` does not compile unless it has the very fields of `Report`, and `schema/report.schema.json` is
 * made of it (`npm test -- -u`). Nothing that a run loads imports this file: zod would cost each start 50 ms.
 */
const text = z.string()
const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const gitOid = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const listOf = <T extends z.ZodType>(item: T) => z.array(item)
const verdict = z.enum(verdicts).meta({ id: "Verdict" })

const originBase = z
  .object({ from: z.literal("origin"), origin: text, path: text, version: text, date: text, sha256 })
  .meta({ id: "OriginBase", description: "An edition that a known origin published." })
const base = z
  .union([
    z.object({ from: z.enum(["repository", "history", "previous"]), path: text, gitOid: gitOid.optional(), commit: gitOid.optional() }),
    originBase,
    z.object({ from: z.literal("concatenation"), path: text, parts: listOf(originBase) }),
    z.object({ from: z.literal("replay"), path: text, generator: text, toolchain: text, sha256 }),
    z.object({ from: z.literal("recipe"), path: text, recipe: text, sha256 }),
  ])
  .meta({ id: "Base", description: "The one text that an entry was compared with." })

const submodule = z.object({ path: text, commit: gitOid })
const explanation = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("source"),
      path: text.describe("Path in the repository or the submodule."),
      confirmed: z.enum(["bytes", "id"]).describe("`id`: the repository lacks the blob, its id in the tree matches."),
      effects: listOf(text).describe("gitattributes that made the archive's bytes differ from the blob's."),
      submodule: submodule.optional(),
    }),
    z.object({
      kind: z.literal("origin"),
      origin: text,
      path: text,
      version: text,
      date: text,
      age: z.enum(["commit", "newest-entry", "unchecked"]).describe("What the origin's date is not after."),
      replaces: base.optional(),
    }),
    z.object({
      kind: z.literal("derived"),
      generator: text,
      path: text,
      commands: text,
      toolchain: text,
      originals: listOf(text),
      tools: listOf(z.object({ tool: text, version: text })),
      normalised: listOf(text).describe("What was left aside of lines that came out otherwise in the two runs."),
      replaces: base.optional(),
    }),
    z.object({
      kind: z.literal("recipe"),
      recipe: text.describe("Ecosystem and file, as wheel/RECORD."),
      from: z
        .object({ commit: listOf(text), release: listOf(text) })
        .describe(
          "Paths that it was computed from: of the commit from the repository's root, of the release below its own; `*`: every other file.",
        ),
      dropped: listOf(text).describe(
        "What was taken as the file itself states it, as it says nothing: an order without meaning, a tool's version.",
      ),
      replaces: base.optional(),
    }),
    z.object({
      kind: z.literal("review"),
      reviewer: text,
      keyId: text,
      signed: day,
      get instead() {
        return explanation.describe("What it is without that word.")
      },
    }),
    z.object({ kind: z.literal("baseline"), artifact: text, path: text }),
    z.object({
      kind: z.literal("unexplained"),
      base: base.optional(),
      difference: z.enum(["moved", "older", "mode", "content-and-mode", "type"]).optional(),
      why: text,
    }),
    z.object({ kind: z.literal("undetermined"), why: text, submodule: submodule.optional(), known: listOf(text).optional() }),
  ])
  .meta({ id: "Explanation", description: "Where the bytes of an entry come from, or why that is not known." })

const entry = z
  .object({
    path: text.describe("As stored; members of an inner container are outer!inner."),
    type: text,
    size: count,
    sha256,
    gitOid: gitOid.describe("SHA-1 id of the content as a git blob."),
    mode: z.string().regex(/^[0-7]+$/),
    opaque: z.boolean(),
    target: text.optional(),
    explanation: explanation,
    also: listOf(explanation).optional().describe("The other explanations that hold too, in the order of precedence."),
    previous: z.enum(["same", "changed", "new"]).optional(),
    regressed: z
      .literal(true)
      .optional()
      .describe("Of the earlier release's commit a generator made it again, or more of it than of this one's."),
    toRead: count,
    danger: z.enum(dangers),
    claimed: text.optional(),
    claimedParts: listOf(z.object({ part: text, claimed: text })).optional(),
    lines: count.optional(),
    unexplained: listOf(z.object({ first: z.int(), last: z.int(), removed: count }))
      .optional()
      .describe("Line ranges [first, last] from 1; an empty one has last = first - 1. `removed` lines of the base stood there."),
    shown: listOf(z.object({ line: count, text })).optional(),
  })
  .meta({ id: "Entry" })

const layer = z
  .object({
    layer: text,
    format: text,
    size: count,
    sha256,
    claims: listOf(
      z.object({
        role: z.enum(["header", "extended-header", "content", "padding", "index", "trailer", "end-marker", "unexplained"]),
        runs: count,
        bytes: count,
      }),
    ),
    unexplained: listOf(z.object({ start: count, end: count, why: text, head: z.string().regex(/^(?:[0-9a-f]{2})*$/) })),
  })
  .meta({ id: "Layer", description: "A layer of containers. The claims tile it: their bytes add up to its size." })

const ledger = z.object({
  totals: z.object({
    bytes: count,
    entries: count,
    byKind: z.partialRecord(z.enum(kinds), z.object({ entries: count, bytes: count })),
    lines: z.object({ total: count, unexplained: count }),
    opaqueUnexplained: z.object({ entries: count, bytes: count }),
    toRead: count.describe("What a person still has to read."),
  }),
  origins: listOf(z.object({ origin: text, version: text, entries: count })).optional(),
  entries: listOf(entry),
  framing: listOf(layer),
  absent: listOf(z.object({ path: text, mode: text, gitOid, why: text.optional() })),
})

const signature = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("valid"), fingerprint: text, signer: text, keyFrom: text, created: text }),
  z.object({ kind: z.literal("bad"), fingerprint: text, why: text }),
  z.object({ kind: z.literal("weak"), fingerprint: text, why: text }),
  z.object({ kind: z.literal("unknown-key"), keyId: text }),
])

const artifact = z.object({
  target: text,
  purl: text.optional(),
  name: text,
  size: count,
  sha256,
  format: text,
  entries: count,
  root: text,
  chain: listOf(text).describe("Who vouched for the bytes on their way here."),
  notLookedAt: listOf(text),
  declaredRepository: text.optional(),
  signature: signature.optional(),
})

const how = z.enum(["given", "by-name", "embedded", "by-content"])
const repository = z.object({
  location: text,
  ref: text.optional(),
  commit: gitOid,
  how,
  agrees: z.boolean(),
  subdirectory: text.optional(),
  candidates: listOf(z.object({ how, ref: text.optional(), commit: gitOid, covered: count })),
})

const previous = z.object({
  target: text,
  sha256,
  accepted: z.boolean(),
  by: text.optional().describe("The reviewer who accepted it; absent: the user's word alone."),
  expires: text.optional().describe("The first day on which that no longer holds."),
  gone: listOf(text),
  madeBefore: z.union([z.object({ derived: count }), z.object({ why: text })]).optional(),
})

const replay = z.union([
  z.object({
    generator: text,
    commands: text,
    toolchain: z.object({ name: text, digest: text, date: text }),
    sandbox: text,
    originals: listOf(text),
    collation: text,
    tools: listOf(z.object({ tool: text, stated: text.optional(), used: text.optional() })),
    without: listOf(text).optional(),
    packages: z.object({ count, undigested: count, digest: text }).optional(),
    steps: listOf(z.object({ step: text, code: z.int() })),
    files: count,
    unstable: count,
    derived: count,
  }),
  z.object({ generator: text, commands: text, why: text }),
])

const finding = z
  .object({
    rule: text,
    version: count,
    severity: z.enum(severities),
    message: text,
    at: z.object({
      path: text,
      lines: z.tuple([z.int(), z.int()]).optional(),
      bytes: z.tuple([count, count]).optional(),
    }),
    evidence: listOf(z.object({ what: text, where: text, digest: text })),
  })
  .meta({ id: "Finding" })

const item = {
  kind: z.enum(["entry", "finding", "framing", "anomaly", "reason"]),
  at: text,
  what: text,
}
const audit = z.object({
  policy: z.object({ path: text, sha256 }).optional(),
  day,
  baseline: z.object({ target: text, sha256, by: text }).optional(),
  open: listOf(z.object({ ...item, verdict, why: text, toRead: count })).describe("What still asks for attention, the worst first."),
  settled: listOf(
    z.object({
      ...item,
      word: z.enum(["review", "exemption", "policy"]),
      by: text,
      reason: text,
      expires: day.optional(),
      verdict,
      toRead: count,
    }),
  ).describe("What somebody's word, or the policy's, settled."),
  refused: listOf(z.object({ source: text, why: text })),
})

export const ReportSchema = z
  .object({
    schema: z.literal("everybyte.report/1"),
    tool: z.object({
      name: z.literal("everybyte"),
      version: text,
      trustedBase: listOf(z.object({ name: text, version: text, sharesSource: z.literal(true).optional() })),
    }),
    verdict,
    reasons: listOf(text).describe("Why the verdict is not better, one sentence each."),
    artifact,
    repository: repository.optional(),
    previous: previous.optional(),
    replays: listOf(replay).optional(),
    ledger,
    anomalies: listOf(
      z.object({
        kind: text,
        severity: z.enum(["note", "review"]),
        message: text,
        layer: text,
        offset: count.optional(),
        path: text.optional(),
      }),
    ),
    findings: listOf(finding),
    rules: listOf(
      z.object({
        rule: text,
        version: count,
        outcome: z.enum(["present", "absent", "not-applicable", "not-assessed"]),
        why: text.optional(),
      }),
    ),
    capabilities: listOf(held).optional().describe("What its code can do, by when it does."),
    dependencies: needed.optional(),
    yara: yara.optional(),
    people: people.optional(),
    audit: audit.optional(),
  })
  .meta({ title: "everybyte.report/1", description: "Where each byte of a release comes from, and what is left to read." })
