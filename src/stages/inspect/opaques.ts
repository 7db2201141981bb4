import { lookInto, wordsAskedOf } from "../../binaries/index.ts"
import { latin1 } from "../../core/bytes.ts"
import type { Limits } from "../../core/limits.ts"
import { WordScan } from "../../core/word-scan.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Script } from "../../model/code.ts"
import type { OpaqueFacts, Opaques } from "../../model/opaque.ts"
import type { Decompress } from "../../parsers/parser.ts"

export interface OpaqueMachine {
  readonly limits: Limits
  readonly decompress: Decompress
}

/** What each opaque entry is; and which of the words that rules ask about stand in the texts, where the release has sources that are compiled. */
export async function opaquesOf(entries: readonly Entry[], scripts: readonly Script[], machine: OpaqueMachine): Promise<Opaques> {
  const { binaryBytesMax, textBytesMax } = machine.limits
  const found: OpaqueFacts[] = []
  for (const { path, type, encoding, size, content } of entries)
    if (type === "file" && encoding === undefined && size > 0 && size <= binaryBytesMax)
      found.push(await lookInto(await content.read(0, size), path, machine))
  const facts = found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const asked = new Set(wordsAskedOf(facts))
  if (asked.size === 0 || !scripts.some(({ language }) => compiled.has(language))) return { entries: facts }
  const scan = new WordScan(asked)
  for (const { type, encoding, size, content } of entries)
    if (type === "file" && encoding !== undefined && size <= textBytesMax) scan.look(latin1(await content.read(0, size)))
  return { entries: facts, words: scan.found }
}

const compiled: ReadonlySet<string> = new Set(["c", "rust"])
