import type { Anomaly } from "../../core/anomaly.ts"
import { isGitOid } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import { openRepository, type Repository } from "../../io/git.ts"
import { parseModules } from "../../io/git-modules.ts"
import { TreeReader } from "../../io/git-trees.ts"
import type { Submodule, Tree, TreeEntry } from "../../model/repository.ts"

export interface ReadSubmodules {
  readonly submodules: readonly Submodule[]
  /** Folders of the submodules, from the subdirectory, that could not be read. */
  readonly unreadable: readonly string[]
  /** Grows while objects are read. */
  anomalies(): readonly Anomaly[]
  close(): Promise<void>
}

/** The submodules of a tree, opened where the user gave a repository for them; none is ever fetched because the tree says so. */
export async function readSubmodules(
  repository: Repository,
  from: { readonly tree: Tree; readonly subdirectory: string; readonly given: ReadonlyMap<string, string> },
  ctx: Context,
): Promise<ReadSubmodules> {
  const entries = [...from.tree.values()].filter(({ mode, path }) => mode === "160000" && path.startsWith(from.subdirectory))
  if (entries.length === 0) return { submodules: [], unreadable: [], anomalies: () => [], close: async () => undefined }
  const modules = from.tree.get(".gitmodules")
  const bytes = modules === undefined ? undefined : (await repository.object(modules.oid))?.bytes
  const addresses = bytes === undefined ? new Map<string, string>() : await parseModules(repository, bytes)
  const read = await Promise.all(
    entries.map((entry) => {
      const path = entry.path.slice(from.subdirectory.length)
      return readSubmodule(entry, { path, address: addresses.get(entry.path), given: given(from.given, [entry.path, path]) }, ctx)
    }),
  )
  return {
    submodules: read.map(({ submodule }) => submodule),
    unreadable: read.flatMap(({ unreadable }) => unreadable ?? []),
    anomalies: () => read.flatMap(({ anomalies }) => anomalies?.() ?? []),
    close: async () => void (await Promise.all(read.map(({ close }) => close()))),
  }
}

/** `--submodule PATH=R`, with the path from the repository's root or from its subdirectory. */
const given = (map: ReadonlyMap<string, string>, paths: readonly string[]): string | undefined =>
  [...map].find(([path]) => paths.includes(path.replace(/\/+$/, "").replace(/^\.\//, "")))?.[1]

interface Read {
  readonly submodule: Submodule
  readonly unreadable?: readonly string[]
  anomalies?(): readonly Anomaly[]
  close(): Promise<void>
}

async function readSubmodule(
  entry: TreeEntry,
  at: { readonly path: string; readonly address: string | undefined; readonly given: string | undefined },
  ctx: Context,
): Promise<Read> {
  const without = (why: string): Submodule => ({
    path: at.path,
    commit: entry.oid,
    address: at.address,
    tree: undefined,
    why,
    blob: async () => undefined,
  })
  if (at.given === undefined) {
    const says = at.address === undefined ? "" : `; .gitmodules says ${at.address}`
    return {
      submodule: without(`no repository was given for it${says}: add --submodule ${entry.path}=REPOSITORY`),
      close: async () => undefined,
    }
  }
  const opened = await openRepository(at.given, ctx)
  if (!opened.ok) return { submodule: without(`${at.given} could not be opened`), close: async () => undefined }
  const trees = new TreeReader(opened.value)
  const commit = isGitOid(entry.oid) ? await trees.commit(entry.oid) : undefined
  if (commit === undefined) {
    await opened.value.close()
    return {
      submodule: without(`${at.given} does not have commit ${entry.oid}`),
      anomalies: () => opened.value.anomalies().map((anomaly) => movedInto(at.path, anomaly)),
      close: async () => undefined,
    }
  }
  const flat = await trees.flatten(commit.tree)
  const submodule: Submodule = {
    path: at.path,
    commit: entry.oid,
    address: at.address,
    tree: flat.tree,
    why: flat.complete ? undefined : "part of its tree could not be read",
    blob: async (oid) => {
      const object = await opened.value.object(oid)
      return object?.type === "blob" ? object.bytes : undefined
    },
  }
  return {
    submodule,
    unreadable: flat.unreadable.map((folder) => `${at.path}/${folder}`),
    anomalies: () => [...opened.value.anomalies(), ...flat.anomalies].map((anomaly) => movedInto(at.path, anomaly)),
    close: () => opened.value.close(),
  }
}

/** An anomaly of a submodule, told as one of the whole. */
const movedInto = (path: string, anomaly: Anomaly): Anomaly => ({
  ...anomaly,
  layer: `submodule ${path}: ${anomaly.layer}`,
  ...(anomaly.path === undefined ? {} : { path: `${path}/${anomaly.path}` }),
})
