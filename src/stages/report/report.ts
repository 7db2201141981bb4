import type { Anomaly } from "../../core/anomaly.ts"
import { assert } from "../../core/assert.ts"
import type { Artifact, Layer } from "../../model/artifact.ts"
import type { Held } from "../../model/capability.ts"
import type { Changes, Inspection, Survey } from "../../model/inspection.ts"
import type { Explanation, Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { Needed } from "../../model/needed.ts"
import type { OriginIndex } from "../../model/origin.ts"
import type { ReleaseFacts } from "../../model/release-facts.ts"
import type { Replay, Replays } from "../../model/replay.ts"
import type { Report, ReportEntry, ReportLayer, ReportLedger, ReportRepository } from "../../model/report.ts"
import type { Snapshot } from "../../model/repository.ts"
import type { YaraScan } from "../../model/yara.ts"
import { causesOf, detect, heldBy, judge, totalsOf } from "../../rules/index.ts"
import { trustedBaseOf } from "./trusted-base.ts"

export interface Reported {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly ledger: Ledger
  /** What its contents do, where they were inspected. */
  readonly inspection?: Inspection | undefined
  /** That of the release before it. */
  readonly before?: Survey | undefined
  readonly changes?: Changes | undefined
  /** What it needs, and what that can do. */
  readonly needed?: Needed | undefined
  /** What the user's YARA rules found, where there are any. */
  readonly yara?: YaraScan | undefined
  /** What is known of the release beside its bytes, where it was collected. */
  readonly facts?: ReleaseFacts | undefined
  readonly previous: { readonly target: string; readonly sha256: string } | undefined
  readonly origins: OriginIndex | undefined
  readonly replays?: Replays | undefined
  readonly tool: Report["tool"]
}

/** Nouns to the published form. Entries keep the archive's order; nothing here depends on time, locale or arrival. */
export async function report({
  artifact,
  snapshot,
  ledger,
  inspection,
  before,
  changes,
  yara,
  facts: known,
  needed,
  previous,
  origins,
  replays,
  tool,
}: Reported): Promise<Report> {
  const framing = await Promise.all(ledger.layers.map(layerOf))
  const entries = ledger.entries.map(entryOf)
  const { findings, rules } = detect(
    { artifact, ledger, origins, replays: replays?.done ?? [] },
    { inspection, before, changes, facts: known, needed, yara },
  )
  const facts = {
    artifact: artifactOf(artifact),
    ...(snapshot === undefined ? {} : { repository: repositoryOf(snapshot) }),
    anomalies: [...ledger.anomalies].sort(byPlace),
    findings,
    ...(yara === undefined ? {} : { yara: yaraOf(yara) }),
  }
  const causes = causesOf({ ...facts, ledger: { entries, framing } })
  return {
    schema: "everybyte.report/1",
    tool: { ...tool, trustedBase: trustedBaseOf(tool.trustedBase, artifact, replays?.done) },
    ...judge(causes),
    ...facts,
    ...(previous === undefined ? {} : { previous: { ...previous, ...previousOf(ledger) } }),
    ...replaysOf(replays, ledger),
    ledger: {
      totals: totalsOf(entries, causes),
      ...originsOf(ledger),
      entries,
      framing,
      absent: ledger.absent.map(({ entry, why }) => ({
        path: entry.path,
        mode: entry.mode,
        gitOid: entry.oid,
        ...(why === undefined ? {} : { why }),
      })),
    },
    rules,
    ...(inspection === undefined ? {} : { capabilities: [...heldBy(inspection), ...heldThrough(needed)] }),
    ...(needed === undefined ? {} : { dependencies: { looked: needed.looked.map(({ target }) => target), not: needed.not } }),
  }
}

const heldThrough = (needed: Needed | undefined): readonly Held[] =>
  (needed?.looked ?? []).flatMap(({ target, held }) => held.map((one) => ({ ...one, through: target })))

const previousOf = ({ accepted, gone, madeBefore }: Ledger): Omit<NonNullable<Report["previous"]>, "target" | "sha256"> => ({
  accepted: accepted !== undefined,
  ...(accepted?.by === undefined ? {} : { by: accepted.by }),
  ...(accepted?.expires === undefined ? {} : { expires: accepted.expires }),
  gone,
  ...(madeBefore === undefined ? {} : { madeBefore }),
})

const yaraOf = ({ engine, files, scanned, unscanned }: YaraScan): NonNullable<Report["yara"]> => ({ engine, files, scanned, unscanned })

const byPlace = (a: Anomaly, b: Anomaly): number => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
const key = (anomaly: Anomaly): string =>
  `${anomaly.severity === "review" ? 0 : 1}\0${anomaly.layer}\0${String(anomaly.offset ?? 0).padStart(16, "0")}\0${anomaly.path ?? ""}\0${anomaly.kind}\0${anomaly.message}`

function replaysOf(replays: Replays | undefined, { entries }: Ledger): Pick<Report, "replays"> {
  if (replays === undefined || replays.done.length + replays.not.length === 0) return {}
  const done = replays.done.map(({ files, sources: _, revision: __, ...replay }) => ({
    ...replay,
    files: files.size,
    unstable: [...files.values()].filter(({ unstable }) => unstable === "all" || unstable.some(({ under }) => under === undefined)).length,
    derived: entries.filter(({ explanation: one }) => one.kind === "derived" && isBy(one, replay)).length,
  }))
  return { replays: [...done, ...replays.not.map(({ generator, commands, why }) => ({ generator, commands, why }))] }
}

const isBy = (
  { commands, toolchain, originals }: Extract<Explanation, { kind: "derived" }>,
  replay: Pick<Replay, "commands" | "toolchain" | "originals">,
): boolean => commands === replay.commands && toolchain === replay.toolchain.name && originals.join() === replay.originals.join()

/** Whose files explain entries, the most files first: each version is the first that has the file. */
function originsOf({ entries }: Ledger): Pick<ReportLedger, "origins"> {
  const found = new Map<string, { origin: string; version: string; entries: number }>()
  for (const { explanation } of entries) {
    if (explanation.kind !== "origin") continue
    const { origin, version } = explanation
    const key = `${origin}\0${version}`
    found.set(key, { origin, version, entries: (found.get(key)?.entries ?? 0) + 1 })
  }
  const ranked = [...found].sort(([a, one], [b, other]) => other.entries - one.entries || (a < b ? -1 : 1))
  return found.size === 0 ? {} : { origins: ranked.map(([, one]) => one) }
}

const sumOf = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((sum, item) => sum + of(item), 0)

function entryOf({ entry, ...item }: LedgerEntry): ReportEntry {
  const { path, type, size, sha256, gitOid, target } = entry
  return {
    path,
    type,
    size,
    sha256,
    gitOid,
    mode: entry.mode.toString(8).padStart(4, "0"),
    opaque: entry.encoding === undefined,
    ...(target === undefined ? {} : { target }),
    ...item,
  }
}

/** The first bytes of an unexplained run, as shown. */
const headBytes = 64

async function layerOf(layer: Layer): Promise<ReportLayer> {
  const { tiling, content } = layer
  const claims = [...tiling.totals].map(([role, total]) => ({ role, ...total })).sort((a, b) => (a.role < b.role ? -1 : 1))
  assert(sumOf(claims, (claim) => claim.bytes) === layer.size, `the claims of ${layer.name} do not add up to its size`)
  const unexplained: ReportLayer["unexplained"][number][] = []
  for (const run of tiling.unexplained) {
    const head = await content.read(run.start, Math.min(run.end, run.start + headBytes))
    unexplained.push({
      start: run.start,
      end: run.end,
      why: run.why ?? "nothing reads these bytes",
      head: Buffer.from(head).toString("hex"),
    })
  }
  return { layer: layer.name, format: layer.format, size: layer.size, sha256: layer.sha256, claims, unexplained }
}

function artifactOf(artifact: Artifact): Report["artifact"] {
  const { target, purl, name, size, sha256, format, root, provenance } = artifact
  const { chain, notLookedAt, repository, signature } = provenance
  return {
    target,
    ...(purl === undefined ? {} : { purl }),
    name,
    size,
    sha256,
    format,
    entries: artifact.entries.length,
    root,
    chain,
    notLookedAt,
    ...(repository === undefined ? {} : { declaredRepository: repository }),
    ...(signature === undefined ? {} : { signature }),
  }
}

function repositoryOf(snapshot: Snapshot): ReportRepository {
  const { location, ref, commit, how, agrees, subdirectory, candidates } = snapshot
  return {
    location,
    ...(ref === undefined ? {} : { ref }),
    commit,
    how,
    agrees,
    ...(subdirectory === "" ? {} : { subdirectory }),
    candidates: candidates.map(({ ref: name, ...rest }) => ({ ...rest, ...(name === undefined ? {} : { ref: name }) })),
  }
}
