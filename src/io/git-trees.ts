import type { Anomaly } from "../core/anomaly.ts"
import type { GitOid } from "../core/digest.ts"
import { FaultError } from "../core/fault.ts"
import type { Tree, TreeEntry } from "../model/repository.ts"
import type { Repository } from "./git.ts"
import { type ParsedTree, parseTree } from "./git-tree.ts"

/** A commit as far as it is used: its tree and its parents. */
export interface Commit {
  readonly oid: GitOid
  readonly tree: GitOid
}

/** A whole tree, flat. `complete` is false when a subtree could not be read. */
export interface FlatTree {
  readonly tree: Tree
  readonly anomalies: readonly Anomaly[]
  readonly complete: boolean
  /** Folders, with their slash, that could not be read; "" is the whole tree. */
  readonly unreadable: readonly string[]
}

const peelMax = 8
const treesKept = 100_000

/** Reads trees once each, however many commits share them. */
export class TreeReader {
  readonly #repository: Repository
  readonly #trees = new Map<GitOid, Promise<ParsedTree | undefined>>()
  #read = 0

  constructor(repository: Repository) {
    this.#repository = repository
  }

  /** The commit that an id means, through annotated tags; undefined when it is absent or means none. */
  async commit(oid: GitOid): Promise<Commit | undefined> {
    let at = oid
    for (let depth = 0; depth < peelMax; depth += 1) {
      const object = await this.#repository.object(at)
      if (object === undefined) return undefined
      const named = firstField(object.bytes, object.type === "tag" ? "object" : "tree", this.#repository.objectFormat === "sha1" ? 40 : 64)
      if (named === undefined || (object.type !== "commit" && object.type !== "tag")) return undefined
      if (object.type === "commit") {
        if (at !== oid) this.#repository.notePeeled(oid, at)
        return { oid: at, tree: named }
      }
      at = named
    }
    return undefined
  }

  /** Every path of a tree. Throws a FaultError over a limit. */
  async flatten(root: GitOid): Promise<FlatTree> {
    const state: Flattening = { tree: new Map(), anomalies: [], complete: true, unreadable: [], visited: 0 }
    await this.#walk(root, "", state)
    return state
  }

  async #walk(oid: GitOid, prefix: string, state: Flattening): Promise<void> {
    const parsed = await this.#parsed(oid)
    if (parsed === undefined) return missing(state, oid, prefix, prefix)
    for (const oddity of parsed.anomalies) {
      if (state.anomalies.length < this.#repository.limits.anomaliesMax)
        state.anomalies.push({ ...oddity, path: prefix + (oddity.path ?? "") })
    }
    const inner: Promise<void>[] = []
    for (const { name, mode, oid: item } of parsed.items) {
      const path = prefix + name
      if (path.length > this.#repository.limits.nameBytesMax) missing(state, item, path, mode === "40000" ? `${path}/` : undefined)
      else if (mode === "40000") inner.push(this.#walk(item, `${path}/`, state))
      else state.tree.set(path, { path, mode, oid: item })
    }
    state.visited += parsed.items.length + 1
    if (state.visited > this.#repository.limits.entriesMax) this.#over("entriesMax")
    await Promise.all(inner)
  }

  #parsed(oid: GitOid): Promise<ParsedTree | undefined> {
    const known = this.#trees.get(oid)
    if (known !== undefined) return known
    this.#read += 1
    if (this.#read > this.#repository.limits.treesMax) this.#over("treesMax")
    const parsed = this.#repository
      .object(oid)
      .then((object) => (object?.type === "tree" ? parseTree(object.bytes, this.#repository.objectFormat) : undefined))
    if (this.#trees.size < treesKept) this.#trees.set(oid, parsed)
    return parsed
  }

  #over(limit: "entriesMax" | "treesMax"): never {
    throw new FaultError({ kind: "over-limit", layer: this.#repository.location, limit, max: this.#repository.limits[limit] })
  }
}

interface Flattening {
  readonly tree: Map<string, TreeEntry>
  readonly anomalies: Anomaly[]
  complete: boolean
  readonly unreadable: string[]
  /** Trees and names walked, doubles included: a few nested trees can spell a million folders. */
  visited: number
}

function missing(state: Flattening, oid: GitOid, prefix: string, folder: string | undefined): void {
  if (folder !== undefined) state.unreadable.push(folder)
  state.complete = false
  state.anomalies.push({
    kind: "missing-tree",
    severity: "review",
    message: `tree ${oid} is absent or unreadable`,
    layer: "tree",
    path: prefix,
  })
}

/** The first line of a commit is `tree <oid>`, of a tag `object <oid>`. */
function firstField(bytes: Uint8Array, field: string, width: number): GitOid | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, field.length + width + 2)).toString("latin1")
  const oid = line.slice(field.length + 1, field.length + 1 + width)
  return line.startsWith(`${field} `) && line[field.length + 1 + width] === "\n" && isOidOfWidth(oid, width) ? oid : undefined
}

const isOidOfWidth = (text: string, width: number): text is GitOid => text.length === width && /^[0-9a-f]+$/.test(text)
