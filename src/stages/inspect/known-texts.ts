import type { FilePaths } from "../../languages/index.ts"
import type { Script } from "../../model/code.ts"

interface Known {
  readonly script: Script
  /** What was asked of the paths of the release on the way. */
  readonly answers: ReadonlyMap<string, boolean>
}

/** What texts were read as, for another release that has the same text at the same path: two that follow each other have most of theirs in common. */
export class KnownTexts {
  readonly #known = new Map<string, Known>()

  /** The same text is read as the same where the files beside it, as far as they were asked for, are the same. */
  script(key: string, files: FilePaths, read: (files: FilePaths) => Script): Script {
    const known = this.#known.get(key)
    if (known !== undefined && [...known.answers].every(([path, has]) => files.has(path) === has)) return known.script
    const answers = new Map<string, boolean>()
    let isAskedForAll = false
    const script = read({
      has: (path) => {
        const has = files.has(path)
        answers.set(path, has)
        return has
      },
      [Symbol.iterator]: () => {
        isAskedForAll = true
        return files[Symbol.iterator]()
      },
    })
    if (!isAskedForAll) this.#known.set(key, { script, answers })
    return script
  }
}
