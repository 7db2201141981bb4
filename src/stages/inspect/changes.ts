import { collect, latin1 } from "../../core/bytes.ts"
import { diffLines } from "../../core/diff.ts"
import type { Limits } from "../../core/limits.ts"
import { belowRoot } from "../../core/path.ts"
import { languages } from "../../languages/index.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Blind } from "../../model/code.ts"
import type { ChangedLines, ChangedText, Changes } from "../../model/inspection.ts"
import type { Ledger, LedgerEntry } from "../../model/ledger.ts"
import type { Snapshot } from "../../model/repository.ts"
import { withoutComments } from "./code-text.ts"
import { languageOf } from "./scripts.ts"

export interface ChangesOptions {
  readonly artifact: Pick<Artifact, "root">
  readonly snapshot: Snapshot | undefined
  /** The release before it. */
  readonly previous: Pick<Artifact, "entries" | "root"> | undefined
  readonly limits: Limits
}

/** What the texts of a release that are in a language change against the commit's, else against those of the release before it. */
export async function changesOf(ledger: Pick<Ledger, "entries">, options: ChangesOptions): Promise<Changes> {
  const { artifact, previous, limits } = options
  const before = new Map(previous?.entries.map((entry) => [belowRoot(entry.path, previous.root), entry]))
  const here = new Set(ledger.entries.map(({ entry: { path } }) => belowRoot(path, artifact.root)))
  const texts: ChangedText[] = []
  const blind: Blind[] = []
  const budget = { left: limits.diffStepsRunMax }
  const { scriptBytesMax: bytesMax, diffStepsMax: stepsMax } = limits
  for (const item of ledger.entries) {
    const { path, size, type, encoding } = item.entry
    const base = type === "file" && encoding !== undefined ? await baseOf(item, before, options) : undefined
    if (base === undefined) continue
    const giveUp = (why: string): void => void blind.push({ at: { path, lines: [1, 1] }, why })
    if (size > bytesMax || base.size > bytesMax) giveUp(`more than ${bytesMax} bytes`)
    else {
      const [now, then] = [latin1(await collect(item.entry.content.stream())), latin1(await base.read())]
      const language = languageOf({ path, text: now, isWhole: true }, artifact.root, languages)?.name
      if (language === undefined) continue
      const hunks = diffLines(then.split("\n"), now.split("\n"), stepsMax, budget)
      if (hunks === undefined) giveUp("the lines that it changes cost too much to find")
      else
        texts.push({
          path,
          language,
          against: base.against,
          lines: linesOf(hunks, withoutComments(now, language), withoutComments(then, language)),
        })
    }
  }
  return { texts, blind, gone: [...before.keys()].filter((path) => !here.has(path)), hasPrevious: previous !== undefined }
}

interface Base {
  readonly against: ChangedText["against"]
  readonly size: number
  read(): Promise<Uint8Array>
}

/** The blob at this path of the commit, where the release has other lines; else the file of the release before, where that is another one. */
async function baseOf(
  { entry, explanation }: LedgerEntry,
  before: ReadonlyMap<string, Entry>,
  { artifact, snapshot }: ChangesOptions,
): Promise<Base | undefined> {
  const base = explanation.kind === "unexplained" ? explanation.base : undefined
  const path = belowRoot(entry.path, artifact.root)
  // The nearest text of the commit may stand elsewhere: what that has and this lacks was never taken out of this.
  const isHere = base?.from === "repository" && (base.path === path || base.path === `${snapshot?.subdirectory}${path}`)
  if (isHere && base.gitOid !== undefined) {
    const bytes = await snapshot?.blob(base.gitOid)
    const against = snapshot?.how === "by-content" && !snapshot.agrees ? "nearest" : "commit"
    if (bytes !== undefined) return { against, size: bytes.byteLength, read: async () => bytes }
  }
  const other = before.get(path)
  if (other === undefined || other.sha256 === entry.sha256 || other.encoding === undefined) return undefined
  return { against: "previous", size: other.size, read: () => collect(other.content.stream()) }
}

function linesOf(hunks: readonly { start: number; end: number; removed: number }[], now: string, then: string): readonly ChangedLines[] {
  const [lines, base] = [now.split("\n"), then.split("\n")]
  let shift = 0
  return hunks.map(({ start, end, removed }) => {
    const from = start + shift
    shift += removed - (end - start)
    return { first: start + 1, added: lines.slice(start, end), removed: base.slice(from, from + removed) }
  })
}
