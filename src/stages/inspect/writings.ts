import type { Act, Value } from "../../model/code.ts"
import type { Inspected } from "../../model/inspection.ts"

export type Writing = Extract<Act, { readonly kind: "writes" }> & { readonly by: Inspected }

/**
 * What scripts write. One script writes to and reads from the same words; of two scripts that share a name, one runs what the other wrote only where the name is theirs:
 * every script of a build has its `conftest`.
 */
export class Writings {
  readonly #own = new Map<Inspected, Map<string, Writing[]>>()
  readonly #shared = new Map<string, Writing[]>()
  readonly #unknowns = new Map<Value, number>()

  constructor({ scripts }: { readonly scripts: readonly Inspected[] }) {
    for (const by of scripts) {
      const own = new Map<string, Writing[]>()
      this.#own.set(by, own)
      for (const act of by.acts) {
        if (act.kind !== "writes") continue
        const writing = { ...act, by }
        add(own, this.#spelled(act.path), writing)
        const name = lastOf(act.path)
        if (name !== undefined) add(this.#shared, name, writing)
      }
    }
  }

  to(path: Value, script: Inspected): readonly Writing[] {
    const own = this.#own.get(script)?.get(this.#spelled(path)) ?? []
    const name = lastOf(path)
    const shared = (name === undefined ? undefined : this.#shared.get(name)) ?? []
    const writers = new Set(shared.map(({ by }) => by))
    if (writers.size > writersMax) return own
    // What nothing runs, as a script of somebody's continuous integration, leaves no file to what runs.
    const others = shared.filter(({ by }) => by !== script && (by.runs !== undefined || script.runs === undefined))
    return own.length > 0 ? [...own, ...others] : [...shared.filter(({ by }) => by === script), ...others]
  }

  /** The same for the same texts and the very same unknown values. */
  #spelled(path: Value): string {
    if (path.kind === "text") return path.text.replace(/^(?:\.\/)+/, "")
    if (path.kind === "joined") return path.parts.map((part) => this.#spelled(part)).join("\0")
    const known = this.#unknowns.get(path) ?? this.#unknowns.size
    this.#unknowns.set(path, known)
    return `\0${known}`
  }
}

/** Scripts that may write a name before it is everybody's. */
const writersMax = 2

function add(to: Map<string, Writing[]>, key: string, writing: Writing): void {
  const same = to.get(key)
  if (same === undefined) to.set(key, [writing])
  else same.push(writing)
}

/** The last component of a path, where all of it is a constant. */
function lastOf(path: Value): string | undefined {
  const end = path.kind === "joined" ? path.parts.at(-1) : path
  const text = end?.kind === "text" ? end.text : ""
  const slash = text.lastIndexOf("/")
  const name = slash === -1 && path.kind === "joined" ? "" : text.slice(slash + 1)
  return name.length < nameMin ? undefined : name
}

const nameMin = 3
