import type { FilePaths } from "../language.ts"
import { ownPath } from "../own-path.ts"
import type { Api, Exported, Platform } from "./platform.ts"

/** A name of more characters is no path to a file. */
const nameMax = 256

/** What a program takes from other files of the release. */
export class Others {
  /** Files all names of which are names here. */
  readonly taken = new Set<string>()
  readonly #platform: Platform
  readonly #files: FilePaths
  /** Of the script, below the root of the release. */
  readonly #path: string
  readonly #known = new Map<string, Exported | undefined>()

  constructor(platform: Platform, stored: string, files: FilePaths) {
    this.#platform = platform
    this.#files = files
    this.#path = ownPath(stored, files)
  }

  take(path: string): void {
    const module = ownPath(path, this.#files)
    if (this.#files.has(module)) this.taken.add(module)
  }

  /** What another file has, by the full name of a thing. */
  exported({ name, isTaken }: Api): Exported | undefined {
    return this.#named(name) ?? (isTaken === true ? { module: this.#path, name } : undefined)
  }

  #named(name: string): Exported | undefined {
    if (this.#platform.exported === undefined || name.length > nameMax) return undefined
    const known = this.#known.get(name)
    if (known !== undefined || this.#known.has(name)) return known
    const found = this.#platform.exported(name, this.#path, this.#files)
    this.#known.set(name, found)
    return found
  }
}
