import type { FilePaths } from "../../languages/index.ts"
import type { Reading } from "./text-reader.ts"

/** What texts were read as, for another release that has the same text at the same path: two that follow each other have most of theirs in common. */
export class KnownTexts {
  readonly #known = new Map<string, Reading>()

  /** The same text is read as the same where the files beside it, as far as they were asked for, are the same. */
  find(key: string, files: FilePaths): Reading | undefined {
    const known = this.#known.get(key)
    return known?.asked !== undefined && [...known.asked].every(([path, has]) => files.has(path) === has) ? known : undefined
  }

  keep(key: string, reading: Reading): void {
    if (reading.asked !== undefined) this.#known.set(key, reading)
  }
}
