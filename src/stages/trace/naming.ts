import { latin1 } from "../../core/bytes.ts"
import { baseName } from "../../core/path.ts"
import type { Encoding } from "../../core/text.ts"
import type { Namer } from "../../model/inside.ts"
import { isBuildPath, isTestPath } from "./build-paths.ts"

/** Files that are told to name one. */
const namersMax = 20
/** A shorter base name is a word that any text has. */
const nameLengthMin = 4
/** A larger text is no build file, and is not searched. */
const textBytesMax = 4 * 2 ** 20

/** Without the dots and dashes at both ends: not by an expression, which would look at a run of them once from each of its characters. */
function trimmed(word: string): string {
  let [start, end] = [0, word.length]
  while (start < end && isMark(word[start])) start += 1
  while (end > start && isMark(word[end - 1])) end -= 1
  return word.slice(start, end)
}

const isMark = (character: string | undefined): boolean => character === "." || character === "-"

/** Who names whom, by base name: a name stands between what ends a word in a shell, a makefile or a sentence. One with white space or quotes in it is not found. */
export class Naming {
  readonly #names: ReadonlyMap<string, { readonly test: Set<string>; readonly other: Set<string> }>

  constructor(paths: Iterable<string>) {
    const names = [...paths].map(baseName).filter((name) => name.length >= nameLengthMin)
    this.#names = new Map(names.map((name) => [name, { test: new Set(), other: new Set() }]))
  }

  /** Whether its base name is one that is looked for. */
  has(path: string): boolean {
    return this.#names.has(baseName(path))
  }

  /** Call in the order of paths: of more than are told, the first are. */
  note(path: string, named: readonly string[]): void {
    const isFirst = kindOf(path) !== "other"
    for (const name of named) {
      const namers = this.#names.get(name)
      const list = isFirst ? namers?.test : namers?.other
      if (list !== undefined && list.size < namersMax) list.add(path)
    }
  }

  /** The base names that a text has. */
  namedIn(bytes: Uint8Array, encoding: Encoding): readonly string[] {
    if (bytes.byteLength > textBytesMax) return []
    const text = encoding === "utf-8" ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8") : latin1(bytes)
    const named = new Set<string>()
    for (const [word] of text.matchAll(/[^\s"'`/\\<>()[\]{},;:=$|&*?!]+/g))
      for (const name of [word, trimmed(word)]) if (this.#names.has(name)) named.add(name)
    return [...named]
  }

  /** Tests and build files first. */
  namersOf(path: string): readonly Namer[] {
    const { test = [], other = [] } = this.#names.get(baseName(path)) ?? {}
    return [...test, ...other]
      .filter((namer) => namer !== path)
      .slice(0, namersMax)
      .map((namer) => ({ path: namer, kind: kindOf(namer) }))
  }
}

/** What builds is told by names that its tools look for, a test by a word in its path: of both, it builds. */
const kindOf = (path: string): Namer["kind"] => (isBuildPath(path) ? "build" : isTestPath(path) ? "test" : "other")
