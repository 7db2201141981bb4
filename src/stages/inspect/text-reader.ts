import type { Limits } from "../../core/limits.ts"
import { shareParts } from "../../core/share-parts.ts"
import { type Analyser, type FilePaths, languages, type ReadPackaged } from "../../languages/index.ts"
import type { Script } from "../../model/code.ts"
import type { Oddity } from "../../model/inspection.ts"
import { odditiesOf } from "./oddities.ts"
import { Scripts, type Text, Wanted } from "./scripts.ts"
import { splitNamesOf } from "./split-names.ts"

/** What a text was read as. */
export interface Reading {
  readonly script: Script
  /** What hides from who reads the text. */
  readonly oddities: readonly Oddity[]
  /** What was asked of the paths of the release on the way; undefined: of all of them. */
  readonly asked: ReadonlyMap<string, boolean> | undefined
}

/** Reads texts of one release one by one, and loads the front ends that they need. */
export class TextReader {
  readonly #files: FilePaths
  readonly #read: ReadPackaged
  readonly #analysers = new Map<string, Analyser>()
  readonly #loading = new Map<string, Promise<Analyser>>()
  readonly #scripts: Scripts

  /** `files`: paths of the release below its root. */
  constructor(files: FilePaths, limits: Limits, read: ReadPackaged) {
    this.#files = files
    this.#read = read
    this.#scripts = new Scripts(this.#analysers, limits, new Set(languages.map(({ name }) => name)))
  }

  async read(text: Text, language: string): Promise<Reading> {
    for (;;) {
      try {
        const { files, asked } = recorded(this.#files)
        const script = this.#scripts.script(text, language, files)
        shareParts(script)
        return { script, oddities: [...odditiesOf(text.path, text.text), ...splitNamesOf(script, text.text)], asked: asked() }
      } catch (error) {
        // It, or a text inside it, is in a language that is not loaded yet: it is loaded, and the text read again. Most releases need few.
        if (!(error instanceof Wanted) || !(await this.#load(error.language))) throw error
      }
    }
  }

  /** Loads a language once, however many texts wait for it; whether it was to be loaded. */
  async #load(language: string): Promise<boolean> {
    const wanted = languages.find(({ name }) => name === language)
    if (wanted === undefined || this.#analysers.has(language)) return false
    const loading = this.#loading.get(language) ?? wanted.load(this.#read)
    this.#loading.set(language, loading)
    this.#analysers.set(language, await loading)
    return true
  }
}

function recorded(files: FilePaths): { readonly files: FilePaths; asked(): Reading["asked"] } {
  const answers = new Map<string, boolean>()
  let isAskedForAll = false
  return {
    files: {
      has: (path) => {
        const has = files.has(path)
        answers.set(path, has)
        return has
      },
      [Symbol.iterator]: () => {
        isAskedForAll = true
        return files[Symbol.iterator]()
      },
    },
    asked: () => (isAskedForAll ? undefined : answers),
  }
}
