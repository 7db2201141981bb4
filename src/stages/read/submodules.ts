import type { Anomaly } from "../../core/anomaly.ts"
import { type GitOid, isGitOid } from "../../core/digest.ts"
import { withoutLogin } from "../../core/escape.ts"
import type { Context } from "../../io/context.ts"
import { openRepository, type Repository } from "../../io/git.ts"
import { parseModules } from "../../io/git-modules.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Submodule, Tree, TreeEntry } from "../../model/repository.ts"

export interface ReadSubmodules {
  readonly submodules: readonly Submodule[]
  /** Folders of the submodules, from the subdirectory, that could not be read. */
  readonly unreadable: readonly string[]
  /** Where they are read from, for those that were opened. */
  readonly opened: readonly { readonly path: string; readonly commit: GitOid; readonly repository: Repository }[]
  /** Grows while objects are read. */
  anomalies(): readonly Anomaly[]
  close(): Promise<void>
}

export interface Within {
  readonly tree: Tree
  /** "" or a directory with its slash: what lies outside of it is no concern. */
  readonly subdirectory: string
  /** `--submodule PATH=R`, paths from the root of `tree` or from its subdirectory. */
  readonly given: ReadonlyMap<string, string>
}

/**
 * The submodules of a tree, opened where the user gave a repository for them, and theirs in turn; none is ever fetched because a tree says so.
 * An inner one stands before the one that holds it: the first whose path a file begins with is the one that the file belongs to.
 */
export async function readSubmodules(repository: Repository, from: Within, ctx: Context): Promise<ReadSubmodules> {
  const entries = [...from.tree.values()].filter(({ mode, path }) => mode === "160000" && path.startsWith(from.subdirectory))
  if (entries.length === 0) return joined([])
  const modules = from.tree.get(".gitmodules")
  const bytes = modules === undefined ? undefined : (await repository.object(modules.oid))?.bytes
  const addresses = bytes === undefined ? new Map<string, string>() : await parseModules(repository, bytes)
  const given = new Map([...from.given].map(([path, location]) => [path.replace(/\/+$/, "").replace(/^\.\//, ""), location]))
  const read = entries.map((entry) => {
    const path = entry.path.slice(from.subdirectory.length)
    const at = { path, address: addresses.get(entry.path), location: given.get(entry.path) ?? given.get(path) }
    return readSubmodule(entry, { ...at, inside: below(given, [entry.path, path]) }, ctx)
  })
  return joined(await Promise.all(read))
}

const joined = (all: readonly ReadSubmodules[]): ReadSubmodules => ({
  submodules: all.flatMap(({ submodules }) => submodules),
  unreadable: all.flatMap(({ unreadable }) => unreadable),
  opened: all.flatMap(({ opened }) => opened),
  anomalies: () => all.flatMap(({ anomalies }) => anomalies()),
  close: async () => void (await Promise.all(all.map(({ close }) => close()))),
})

/** What was given for the submodules inside one, keyed from its own root: each step takes a part of the path off, so that the depth has an end. */
const below = (given: ReadonlyMap<string, string>, outer: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    [...given].flatMap(([path, location]) => {
      const prefix = outer.find((one) => path.startsWith(`${one}/`))
      return prefix === undefined ? [] : [[path.slice(prefix.length + 1), location] as const]
    }),
  )

interface At {
  readonly path: string
  readonly address: string | undefined
  readonly location: string | undefined
  /** For its own submodules. */
  readonly inside: ReadonlyMap<string, string>
}

async function readSubmodule(entry: TreeEntry, at: At, ctx: Context): Promise<ReadSubmodules> {
  const { path, address, location } = at
  const without = (why: string): ReadSubmodules => ({
    ...joined([]),
    submodules: [{ path, commit: entry.oid, address, tree: undefined, why, blob: async () => undefined }],
  })
  if (location === undefined) return without("no repository was given for it with --submodule")
  const opened = await openRepository(location, ctx)
  if (!opened.ok) return without(`${withoutLogin(location)} could not be opened`)
  const repository = opened.value
  const trees = new TreeReader(repository)
  const commit = isGitOid(entry.oid) ? await trees.commit(entry.oid) : undefined
  if (commit === undefined) {
    await repository.close()
    const anomalies = repository.anomalies().map((anomaly) => movedInto(path, anomaly))
    return { ...without(`${withoutLogin(location)} does not have commit ${entry.oid}`), anomalies: () => anomalies }
  }
  const flat = await trees.flatten(commit.tree)
  const inner = await readSubmodules(repository, { tree: flat.tree, subdirectory: "", given: at.inside }, ctx)
  const submodule: Submodule = {
    path,
    commit: entry.oid,
    address,
    tree: flat.tree,
    why: flat.complete ? undefined : "part of its tree could not be read",
    blob: async (oid) => {
      const object = await repository.object(oid)
      return object?.type === "blob" ? object.bytes : undefined
    },
  }
  return {
    submodules: [...inner.submodules.map((one) => ({ ...one, path: `${path}/${one.path}` })), submodule],
    unreadable: [...flat.unreadable, ...inner.unreadable].map((folder) => `${path}/${folder}`),
    opened: [...inner.opened.map((one) => ({ ...one, path: `${path}/${one.path}` })), { path, commit: entry.oid, repository }],
    anomalies: () => [...repository.anomalies(), ...flat.anomalies, ...inner.anomalies()].map((anomaly) => movedInto(path, anomaly)),
    close: async () => {
      await inner.close()
      await repository.close()
    },
  }
}

/** An anomaly of a submodule, told as one of the whole. */
const movedInto = (path: string, anomaly: Anomaly): Anomaly => ({
  ...anomaly,
  layer: `submodule ${path}: ${anomaly.layer}`,
  ...(anomaly.path === undefined ? {} : { path: `${path}/${anomaly.path}` }),
})
