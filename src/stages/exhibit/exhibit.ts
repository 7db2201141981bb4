import { isUtf8 } from "node:buffer"
import { collect, latin1 } from "../../core/bytes.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Exhibit, Exhibits } from "../../model/exhibit.ts"
import type { Ledger, LedgerEntry, ReplayBase } from "../../model/ledger.ts"
import type { Replays } from "../../model/replay.ts"
import type { Snapshot } from "../../model/repository.ts"
import { Recipes } from "../../recipes/index.ts"

export interface ExhibitOptions {
  readonly artifact: Artifact
  readonly snapshot: Snapshot | undefined
  readonly previous: Artifact | undefined
  readonly replays?: Replays | undefined
  readonly limits: Limits
  /** Positions in the ledger's entries: what to read first at the front, as the budget goes to those. */
  readonly order: readonly number[]
}

/**
 * The texts of what is left to read, and of what each was compared with: the report itself holds none.
 * Read through the handles that the ledger was made from, so they must still be open. A text is whole or left out, never cut: the end of a file
 * is where one would hide a line from a cut.
 */
export async function exhibit(ledger: Ledger, options: ExhibitOptions): Promise<Exhibits> {
  const { limits } = options
  const previous = new Map(options.previous?.entries.map((entry) => [entry.path, entry]))
  const { artifact, snapshot } = options
  const recipes = snapshot === undefined ? undefined : new Recipes(artifact, snapshot, limits)
  const shown: Exhibit[] = []
  const omitted: { entry: number; limit: string }[] = []
  let bytesLeft = limits.exhibitBytesRunMax
  for (const position of options.order) {
    const item = ledger.entries[position]
    if (item === undefined || !isText(item)) continue
    const limit = limitOf(item, { left: bytesLeft, count: shown.length, limits })
    if (limit !== undefined) {
      omitted.push({ entry: position, limit })
      continue
    }
    const content = await collect(item.entry.content.stream())
    const base = await baseOf(item, { previous, recipes }, options)
    const fits = base !== undefined && content.byteLength + base.byteLength <= Math.min(limits.exhibitBytesMax, bytesLeft)
    bytesLeft -= content.byteLength + (fits ? base.byteLength : 0)
    if (base !== undefined && !fits) omitted.push({ entry: position, limit: "exhibitBytesMax" })
    shown.push({ entry: position, lines: decodedLines(content), ...(fits ? { base: decodedLines(base) } : {}) })
  }
  return { shown, omitted }
}

const isText = ({ entry, toRead }: LedgerEntry): boolean =>
  toRead > 0 && entry.type === "file" && entry.encoding !== undefined && entry.size > 0

/** The name of the limit that leaves this entry out, if one does. */
function limitOf(
  { entry }: LedgerEntry,
  { left, count, limits }: { left: number; count: number; limits: Limits },
): keyof Limits | undefined {
  if (count >= limits.exhibitsMax) return "exhibitsMax"
  if (entry.size > limits.exhibitBytesMax) return "exhibitBytesMax"
  return entry.size > left ? "exhibitBytesRunMax" : undefined
}

/** The base's bytes, where lines were compared and the base is a blob or a file of the previous release. */
async function baseOf(
  item: LedgerEntry,
  { previous, recipes }: { previous: ReadonlyMap<string, Entry>; recipes: Recipes | undefined },
  options: ExhibitOptions,
): Promise<Uint8Array | undefined> {
  const { explanation, unexplained } = item
  if (explanation.kind !== "unexplained" || explanation.base === undefined || unexplained === undefined) return undefined
  const { base } = explanation
  // An origin's edition is known by its hashes only.
  if (base.from === "origin" || base.from === "concatenation") return undefined
  if (base.from === "replay") return fromReplay(base, options)
  if (base.from === "recipe") return (await recipes?.compute(item.entry))?.find(({ sha256 }) => sha256 === base.sha256)?.bytes
  const before = base.from === "previous" ? previous.get(base.path) : undefined
  if (before !== undefined) return collect(before.content.stream())
  return base.gitOid === undefined ? undefined : fromRepository(item, base.gitOid, options)
}

async function fromReplay({ path, sha256 }: ReplayBase, { replays }: ExhibitOptions): Promise<Uint8Array | undefined> {
  const file = replays?.done.map(({ files }) => files.get(path)).find((one) => one?.sha256 === sha256)
  return file === undefined ? undefined : collect(file.content.stream())
}

/** The submodule's repository for what stands inside it, as the explainer looked it up. */
async function fromRepository(
  { entry }: LedgerEntry,
  oid: GitOid,
  { artifact, snapshot }: ExhibitOptions,
): Promise<Uint8Array | undefined> {
  const path = belowRoot(entry.path, artifact.root)
  const submodule = snapshot?.submodules.find((candidate) => candidate.tree !== undefined && path.startsWith(`${candidate.path}/`))
  return submodule === undefined ? snapshot?.blob(oid) : submodule.blob(oid)
}

/** Decoded for showing only: UTF-8, else Latin-1, whose C1 controls a reporter shows as escapes. */
function decodedLines(bytes: Uint8Array): readonly string[] {
  const text = isUtf8(bytes) ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : latin1(bytes)
  const lines = text.split("\n")
  if (lines.at(-1) === "") lines.pop()
  return lines
}
