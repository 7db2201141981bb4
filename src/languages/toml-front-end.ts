import { manifestBytesMax, tomlOf } from "../core/toml.ts"
import type { Act, Place } from "../model/code.ts"
import { Gathered } from "./gathered.ts"
import type { Analyser } from "./language.ts"

/** What a manifest in TOML says runs, and by which words of it: the reader of TOML has no places. */
export interface Named {
  act(at: Place): Extract<Act, { readonly kind: "runs" }>
  readonly words: string
}

/** A front end for manifests in TOML. What no reader takes for TOML is given up with a word: tools may take it all the same. */
export const tomlFrontEnd =
  (namedIn: (manifest: unknown) => Iterable<Named>): Analyser =>
  (source, analysis) => {
    const found = new Gathered(source, analysis)
    const manifest = tomlOf(source.text)
    const isLarge = source.text.length > manifestBytesMax
    if (manifest === undefined)
      found.giveUp(found.place(0, source.text.length), isLarge ? `more than ${manifestBytesMax} bytes` : "no TOML")
    else for (const { act, words } of namedIn(manifest)) found.act(act(found.place(...spanOf(words, source.text))))
    return found.done()
  }

/** From the first place that holds a string to the last. With a backslash it may be spelled otherwise, and what is spelled so a decoy. */
function spanOf(words: string, text: string): readonly [start: number, end: number] {
  const all = ['"', "'"].flatMap((quote) => [text.indexOf(`${quote}${words}${quote}`), text.lastIndexOf(`${quote}${words}${quote}`)])
  const found = all.filter((at) => at !== -1)
  return found.length === 0 || text.includes("\\") ? [0, text.length] : [Math.min(...found), Math.max(...found) + words.length + 2]
}

/** A member of a table; undefined: there is none. */
export const fieldOf = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null && !Array.isArray(of) && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined

/** A text, or those of a list. */
export const textsIn = (of: unknown): readonly string[] => (Array.isArray(of) ? of : [of]).filter((one) => typeof one === "string")
