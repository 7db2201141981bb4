import type { Anomaly } from "../../core/anomaly.ts"
import { directoryOf, resolveLink } from "../../core/path.ts"
import type { Entry } from "../../model/artifact.ts"

/** The name that readers write it under: without `.` between slashes, or nothing. */
const written = (path: string): string => (/(?:^|\/)\.?\//.test(path) ? path.replace(/\/+/g, "/").replace(/(?<=^|\/)(?:\.\/)+/g, "") : path)

type Say = (anomaly: Omit<Anomaly, "layer">) => void

/** What readers of an archive disagree about: two entries of one name, names that only case tells apart, links that leave the tree, entries behind a link. */
export class NameCheck {
  readonly #byPath = new Map<string, Entry>()
  readonly #byFold = new Map<string, string>()
  readonly #links = new Set<string>()
  /** Where they are written, and what they are called. */
  readonly #directories = new Map<string, string>()
  readonly #say: Say

  constructor(say: Say) {
    this.#say = say
  }

  get(path: string): Entry | undefined {
    return this.#byPath.get(written(path))
  }

  add(entry: Entry): void {
    const { path } = entry
    const at = written(path)
    const twin = this.#byPath.get(at)
    if (twin !== undefined)
      this.#say({
        kind: "duplicate-name",
        severity: "review",
        path,
        message: `a second entry of this name, ${twin.sha256 === entry.sha256 ? "with the same content" : "with other content"}: readers disagree which one counts`,
      })
    this.#byPath.set(at, entry)
    this.#checkCase(at, path)
    if (entry.type === "link") this.#checkLink(at, path, entry.target ?? "")
    if (this.#links.size > 0) this.#checkParents(at, path)
  }

  addDirectory(path: string, mode: number): void {
    const at = written(path)
    if (this.#directories.has(at))
      this.#say({ kind: "duplicate-name", severity: "review", path, message: "a second directory of this name" })
    this.#directories.set(at, path)
    if ((mode & 0o7000) !== 0)
      this.#say({ kind: "special-mode", severity: "review", path, message: `a directory of mode ${mode.toString(8)}` })
  }

  /** After the last entry: directories that are files too, and directories that hold nothing, whose names nobody would read. */
  finish(): void {
    if (this.#directories.size === 0) return
    const parents = new Set<string>()
    for (const path of [...this.#byPath.keys(), ...this.#directories.keys()]) {
      for (let parent = directoryOf(path).slice(0, -1); parent !== "" && !parents.has(parent); parent = directoryOf(parent).slice(0, -1))
        parents.add(parent)
    }
    for (const [at, path] of this.#directories) {
      if (this.#byPath.has(at))
        this.#say({ kind: "duplicate-name", severity: "review", path, message: "a directory and another entry have this name" })
      else if (!parents.has(at) && at !== ".")
        this.#say({ kind: "empty-directory", severity: "note", path, message: "a directory that holds nothing" })
    }
  }

  /** Most names are lower case already, so only the others are kept a second time. */
  #checkCase(at: string, path: string): void {
    const fold = at.toLowerCase()
    const other = this.#byFold.get(fold) ?? (fold !== at && this.#byPath.has(fold) ? fold : undefined)
    if (fold !== at) this.#byFold.set(fold, at)
    if (other === undefined || other === at) return
    this.#say({
      kind: "case-collision",
      severity: "note",
      path,
      message: `differs from ${other} by case only: one of them is lost where file names ignore case`,
    })
  }

  #checkLink(at: string, path: string, target: string): void {
    this.#links.add(at)
    if (resolveLink(at, target) === undefined)
      this.#say({ kind: "link-leaves-tree", severity: "review", path, message: `links to ${target}, outside the release` })
  }

  #checkParents(at: string, path: string): void {
    for (let parent = directoryOf(at).slice(0, -1); parent !== ""; parent = directoryOf(parent).slice(0, -1)) {
      if (this.#links.has(parent))
        this.#say({ kind: "entry-behind-link", severity: "review", path, message: `would be written through the link ${parent}` })
    }
  }
}
