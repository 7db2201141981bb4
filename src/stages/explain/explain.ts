import type { Anomaly } from "../../core/anomaly.ts"
import { assert } from "../../core/assert.ts"
import { explainFault, faultsOf } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry, Layer } from "../../model/artifact.ts"
import type { Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { OriginIndex } from "../../model/origin.ts"
import type { Replays } from "../../model/replay.ts"
import type { Snapshot } from "../../model/repository.ts"
import type { Acceptance } from "../../model/review.ts"
import { Recipes } from "../../recipes/index.ts"
import { absentFrom } from "./absent.ts"
import { Explainer, exactOf } from "./explainer.ts"
import { ageOf, KnownOrigins } from "./origins.ts"
import { ownNames } from "./own-names.ts"
import { type Previous, previousOf } from "./previous.ts"
import { KnownReplays } from "./replays.ts"

export interface ExplainOptions {
  readonly limits: Limits
  /** Why there is no snapshot to compare with; each entry then is undetermined for this reason. */
  readonly without: string
  readonly previous: Artifact | undefined
  /** Undefined: no index of known origins could be read. */
  readonly origins: OriginIndex | undefined
  /** Undefined: nothing was to be made again. */
  readonly replays?: Replays | undefined
  /** On whose word the previous release explains. */
  readonly accepted?: Acceptance | undefined
}

/** Each entry gets one explanation. Reads only through the handles of the artifact and the snapshot. */
export async function explain(artifact: Artifact, snapshot: Snapshot | undefined, options: ExplainOptions): Promise<Ledger> {
  const previous = options.previous === undefined ? undefined : previousOf(options.previous, options.accepted)
  const { limits, without } = options
  const origins = options.origins === undefined ? undefined : await knownOrigins(options.origins, artifact, snapshot)
  const replays = options.replays === undefined ? undefined : new KnownReplays(options.replays, limits.textBytesMax)
  const recipes = snapshot === undefined ? undefined : new Recipes(artifact, snapshot, limits)
  const explainer = new Explainer({ artifact, snapshot, previous, origins, replays, recipes, limits, without })
  const outer = await inOrder(artifact.entries, (entry) => explainer.explain(entry))
  const { entries, layers, anomalies } = await openUnexplained(outer, artifact, explainer, options.limits)
  assert(outer.length === artifact.entries.length, "an entry was lost")
  return {
    entries,
    layers: [...artifact.layers, ...layers],
    absent: snapshot === undefined ? [] : absentFrom(snapshot, artifact),
    anomalies: [
      ...artifact.anomalies.map((anomaly) => weighed(anomaly, artifact, snapshot)),
      ...(snapshot?.anomalies ?? []),
      ...explainer.anomalies,
      ...anomalies,
    ],
    ...(origins === undefined ? {} : { origins: origins.counted }),
    accepted: options.previous === undefined ? undefined : options.accepted,
    gone: previous === undefined ? [] : goneFrom(previous, artifact),
  }
}

/** The index as this artifact may use it. */
export async function knownOrigins(index: OriginIndex, artifact: Artifact, snapshot: Snapshot | undefined): Promise<KnownOrigins> {
  return new KnownOrigins(index, ownNames(artifact, snapshot), await ageOf(artifact, snapshot))
}

/** Whether a recipe explains an entry, whatever else does. */
export function byRecipe(artifact: Artifact, snapshot: Snapshot, limits: Limits): (entry: Entry) => Promise<boolean> {
  const recipes = new Recipes(artifact, snapshot, limits)
  return async (entry) => exactOf(await recipes.compute(entry), entry) !== undefined
}

/** git archive leaves a directory empty for a submodule and where all of it is export-ignored. One that the commit does not have is a name to read. */
function weighed(anomaly: Anomaly, artifact: Artifact, snapshot: Snapshot | undefined): Anomaly {
  if (anomaly.kind !== "empty-directory" || snapshot === undefined) return anomaly
  const path = belowRoot(anomaly.path ?? "", artifact.root)
  const known = snapshot.tree.get(path)?.mode === "160000" || [...snapshot.tree.keys()].some((inTree) => inTree.startsWith(`${path}/`))
  return known ? anomaly : { ...anomaly, severity: "review", message: `${anomaly.message}, and the commit has none of this name` }
}

/** Entries explained at the same time: so many, and so many bytes, as the contents of those that differ are held in memory. */
const batch = { entriesMax: 128, bytesMax: 64 * 2 ** 20 }

function batchEnd(items: readonly Entry[], from: number): number {
  let bytes = items[from]?.size ?? 0
  let end = from + 1
  for (; end < items.length && end - from < batch.entriesMax; end += 1) {
    bytes += items[end]?.size ?? 0
    if (bytes > batch.bytesMax) break
  }
  return end
}

/** Several at a time, as each waits for the repository; results keep the entries' order. */
async function inOrder<R>(items: readonly Entry[], work: (item: Entry) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from = batchEnd(items, from))
    results.push(...(await Promise.all(items.slice(from, batchEnd(items, from)).map(work))))
  return results
}

interface Opened {
  readonly entries: LedgerEntry[]
  readonly layers: Layer[]
  readonly anomalies: Anomaly[]
}

/** A container that nothing explains whole is accounted for from the inside: its layers become framing, its members entries. */
async function openUnexplained(outer: readonly LedgerEntry[], artifact: Artifact, explainer: Explainer, limits: Limits): Promise<Opened> {
  const opened: Opened = { entries: [], layers: [], anomalies: [] }
  let count = 0
  const visit = async (item: LedgerEntry, depth: number): Promise<void> => {
    const { entry } = item
    const {
      explanation,
      entry: { format, type, unread },
    } = item
    const isUnexplained =
      explanation.kind === "unexplained" && item.toRead > 0 && (explanation.difference === undefined || explanation.difference === "type")
    const isWrapping = explanation.kind === "undetermined" && entry.isWrapping === true
    const opens = (isUnexplained || isWrapping) && format !== undefined && type === "file" && unread === undefined
    if (!opens) {
      opened.entries.push(item)
      return
    }
    count += 1
    const inner = count > limits.nestedMax || depth > limits.depthMax ? undefined : await faultsOf(() => artifact.openEntry(entry))
    if (inner?.ok !== true) {
      const why =
        inner === undefined
          ? `too many or too deep; if you trust it, run again with a higher --limit nestedMax=NUMBER (${limits.nestedMax} now) or depthMax=NUMBER (${limits.depthMax} now)`
          : explainFault(inner.fault)
      opened.anomalies.push({
        kind: "unopened-container",
        severity: "review",
        layer: entry.path,
        path: entry.path,
        message: `looks like ${entry.format} and was not opened: ${why}`,
      })
      opened.entries.push(item)
      return
    }
    if (inner.value.entries.length === 0) opened.entries.push(item) // directories only: their names are all it holds, and they are to read
    opened.layers.push(...inner.value.layers)
    opened.anomalies.push(...inner.value.anomalies)
    for (const member of inner.value.entries) await visit(await explainer.explain(member), depth + 1)
  }
  for (const item of outer) await visit(item, 1)
  return opened
}

function goneFrom(previous: Previous, artifact: Artifact): readonly string[] {
  const here = new Set(artifact.entries.map((entry: Entry) => belowRoot(entry.path, artifact.root)))
  return [...previous.entries.keys()].filter((path) => !here.has(path)).sort()
}
