import { collect } from "../../core/bytes.ts"
import { linesOf } from "../../core/text.ts"
import { equalUnder, normalised } from "../../generators/index.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Explanation, ReplayBase } from "../../model/ledger.ts"
import type { Replay, ReplayedFile, Replays } from "../../model/replay.ts"
import type { ComparedText } from "./compared-text.ts"
import { otherMode } from "./mode.ts"

type Derived = Extract<Explanation, { kind: "derived" }>
type Unexplained = Extract<Explanation, { kind: "unexplained" }>

/** What was made again, as the entries of a release are held against it. */
export class KnownReplays {
  readonly #replays: Replays
  readonly #bytesMax: number

  constructor(replays: Replays, bytesMax: number) {
    this.#replays = replays
    this.#bytesMax = bytesMax
  }

  /** A replay that gave this file, with this mode: byte for byte in both runs, or under normalisations that are named. */
  async derived(entry: Entry, path: string): Promise<Derived | undefined> {
    if (entry.type !== "file" && entry.type !== "hardlink") return undefined
    for (const replay of this.#replays.done) {
      const file = replay.files.get(path)
      if (file === undefined || otherMode(entry, (file.mode & 0o100) !== 0)) continue
      const under = await this.#equalUnder(entry, file)
      if (under !== undefined) return derivedBy(replay, path, under)
    }
    return undefined
  }

  /** The same as a replay gave, but for a mode that it did not give: equal lines must not hide that. */
  async otherMode(entry: Entry, path: string): Promise<Unexplained | undefined> {
    if (entry.type !== "file" && entry.type !== "hardlink") return undefined
    for (const replay of this.#replays.done) {
      const file = replay.files.get(path)
      if (file === undefined || (await this.#equalUnder(entry, file)) === undefined) continue
      const why = `mode ${entry.mode.toString(8)} where ${replay.generator} made it again with ${file.mode.toString(8)}`
      return { kind: "unexplained", base: baseOf(replay, file), difference: "mode", why }
    }
    return undefined
  }

  /** The names of the normalisations under which both are one; undefined when they are not. */
  async #equalUnder(entry: Entry, file: ReplayedFile): Promise<readonly string[] | undefined> {
    const { unstable } = file
    if (unstable === "all") return undefined
    if (unstable.length === 0) return file.sha256 === entry.sha256 ? [] : undefined
    if (unstable.some(({ under }) => under === undefined) || entry.size > this.#bytesMax) return undefined
    const [ours, theirs] = [linesOf(await collect(entry.content.stream())), linesOf(await collect(file.content.stream()))]
    if (ours.length !== theirs.length) return undefined
    const loose = new Map(unstable.map(({ line, under }) => [line, under]))
    const equal = ours.every(
      (line, at) => line === theirs[at] || (loose.get(at) !== undefined && loose.get(at) === equalUnder(line, theirs[at] ?? "")),
    )
    return equal ? [...new Set(unstable.flatMap(({ under }) => under ?? []))].sort() : undefined
  }

  /** The replays' files of this path as texts to compare with, in the numbers of the entry's lines. */
  async candidates(path: string, text: ComparedText): Promise<readonly { readonly base: ReplayBase; readonly lines: Int32Array }[]> {
    const found: { base: ReplayBase; lines: Int32Array }[] = []
    for (const replay of this.#replays.done) {
      const file = replay.files.get(path)
      if (file === undefined || file.unstable === "all" || file.encoding === undefined) continue
      found.push({ base: baseOf(replay, file), lines: numbersOf(linesOf(await collect(file.content.stream())), file.unstable, text) })
    }
    return found
  }

  /** Why nobody knows whether this path is what a generator writes: the one that would was not run. */
  awaited(path: string): string | undefined {
    const one = path.includes("!") ? undefined : this.#replays.not.find(({ writes }) => writes.test(path)) // no generator writes into a container
    return one === undefined ? undefined : `${one.generator} was not run again (${one.commands}): ${one.why}`
  }
}

function derivedBy({ generator, commands, toolchain, originals, tools }: Replay, path: string, under: readonly string[]): Derived {
  return {
    kind: "derived",
    generator,
    path,
    commands,
    toolchain: toolchain.name,
    originals,
    tools: tools.flatMap(({ tool, used }) => (used === undefined ? [] : [{ tool, version: used }])),
    normalised: under,
  }
}

const baseOf = ({ generator, toolchain }: Replay, { path, sha256 }: ReplayedFile): ReplayBase => ({
  from: "replay",
  path,
  generator,
  toolchain: toolchain.name,
  sha256,
})

/** A line that came out otherwise in the second run equals nothing; one that a normalisation makes stable equals what that makes of the text's lines. */
function numbersOf(lines: readonly string[], unstable: Exclude<ReplayedFile["unstable"], "all">, text: ComparedText): Int32Array {
  const loose = new Map(unstable.map(({ line, under }) => [line, under]))
  const byNormal = new Map<string, number>()
  if (unstable.some(({ under }) => under !== undefined))
    for (const [at, line] of text.lines.entries()) {
      const normal = normalised(line)
      if (normal !== undefined) byNormal.set(normal.text, text.numbers[at] ?? -1)
    }
  return Int32Array.from(lines, (line, at) => {
    if (!loose.has(at)) return text.numberOf(line)
    const normal = normalised(line)
    return normal === undefined || normal.name !== loose.get(at) ? -1 : (byNormal.get(normal.text) ?? -1)
  })
}
