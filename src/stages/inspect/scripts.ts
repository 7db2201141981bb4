import type { Limits } from "../../core/limits.ts"
import { LineIndex } from "../../core/line-index.ts"
import { belowRoot } from "../../core/path.ts"
import type { Analysed, Analyser, Analysis, FilePaths, Language, Source } from "../../languages/index.ts"
import type { Place, Script } from "../../model/code.ts"

/** A text of the release: one character a byte. */
export interface Text {
  readonly path: string
  readonly text: string
  /** False: more than `scriptBytesMax`, and only the head of it. */
  readonly isWhole: boolean
}

/** The language of a text, by its path below the root and its first line; undefined: none claims it. */
export function languageOf({ path, text }: Text, root: string, languages: readonly Language[]): Language | undefined {
  const end = text.indexOf("\n")
  const firstLine = text.slice(0, end === -1 || end > firstLineMax ? firstLineMax : end)
  return languages.find((language) => language.claims(belowRoot(path, root), firstLine))
}

const firstLineMax = 256

/** A text asks for a front end that is not loaded yet: it is loaded, and the text read again. Most releases need few of them. */
export class Wanted extends Error {
  readonly language: string

  constructor(language: string) {
    super(`${language} is not loaded`)
    this.language = language
  }
}

interface Around extends Pick<Analysis, "files" | "variables"> {
  readonly depth: number
}

/** Analyses texts with front ends that are loaded; throws `Wanted` where one in `known` is not. */
export class Scripts {
  readonly #analysers: ReadonlyMap<string, Analyser>
  readonly #limits: Limits
  readonly #known: ReadonlySet<string>

  constructor(analysers: ReadonlyMap<string, Analyser>, limits: Limits, known: ReadonlySet<string> = new Set()) {
    this.#known = known
    this.#analysers = analysers
    this.#limits = limits
  }

  /** `files`: paths of the release below its root. */
  script({ path, text, isWhole }: Text, language: string, files: FilePaths): Script {
    const lines = new LineIndex(text)
    if (!isWhole) return unread({ path, text: "", isWhole }, language, `more than ${this.#limits.scriptBytesMax} bytes`)
    const source: Source = { text, place: placesOf(path, lines) }
    const { output: _, ...found } = this.#analyse(language, source, { files, depth: 0, variables: new Map() })
    return { path, language, ...found }
  }

  #analyse(language: string, source: Source, { files, depth, variables }: Around): Analysed {
    const whole = (): Place => source.place(0, source.text.length)
    const { innerDepthMax } = this.#limits
    if (depth > innerDepthMax) return given(whole(), `more than ${innerDepthMax} texts inside each other`)
    const analyser = this.#analysers.get(language)
    if (analyser === undefined && this.#known.has(language)) throw new Wanted(language)
    if (analyser === undefined) return given(whole(), `nothing reads ${language}`)
    const analysis: Analysis = {
      limits: this.#limits,
      files,
      variables,
      ...(depth === 0 ? {} : { isInner: true }),
      inner: (name, inside, known = new Map()) => this.#analyse(name, inside, { files, depth: depth + 1, variables: known }),
    }
    try {
      return analyser(source, analysis)
    } catch (error) {
      if (error instanceof Wanted) throw error
      // A front end that fails on one text must not keep the others from being read; what it would have found is not known.
      return given(whole(), `the reader of ${language} failed: ${error instanceof Error ? error.message : "no error"}`)
    }
  }
}

/** Lines that many acts and values stand in are kept once: a release may have half a million of them. */
function placesOf(path: string, index: LineIndex): Source["place"] {
  const known = new Map<number, Place>()
  return (start, end) => {
    const lines = index.range(start, end)
    const key = lines[0] * 2 ** 26 + lines[1]
    const place = known.get(key) ?? { path, lines }
    known.set(key, place)
    return place
  }
}

/** Of a text that is not analysed, why. */
export function unread({ path, text }: Text, language: string, why: string): Script {
  return { path, language, ...given({ path, lines: new LineIndex(text).range(0, text.length) }, why) }
}

const given = (at: Place, why: string): Analysed => ({ acts: [], blind: [{ at, why }] })
