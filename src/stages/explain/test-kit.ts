import { memorySource } from "../../core/bytes.ts"
import { type GitOid, gitOidOf, sha256Of } from "../../core/digest.ts"
import { ok } from "../../core/fault.ts"
import { encodingOf } from "../../core/text.ts"
import type { Artifact, Entry } from "../../model/artifact.ts"
import type { Attributes, Snapshot, Submodule, TreeEntry } from "../../model/repository.ts"

export interface Made {
  readonly content?: string | Uint8Array
  readonly mode?: number
  readonly type?: Entry["type"]
  readonly target?: string
}

export function entryOf(path: string, { content = "", mode = 0o644, type = "file", target }: Made): Entry {
  const bytes = Buffer.from(target ?? content)
  return {
    path,
    type,
    mode,
    size: bytes.length,
    sha256: sha256Of(bytes),
    gitOid: gitOidOf("blob", bytes),
    encoding: encodingOf(bytes),
    content: memorySource(bytes),
    ...(target === undefined ? {} : { target }),
  }
}

export function artifactOf(entries: Record<string, Made>, root = ""): Artifact {
  return {
    target: "made.tar",
    name: "made.tar",
    size: 0,
    sha256: sha256Of(""),
    format: "tar",
    root,
    layers: [],
    anomalies: [],
    entries: Object.entries(entries).map(([path, made]) => entryOf(path, made)),
    provenance: { chain: [], notLookedAt: [] },
    openEntry: async () => ({ layers: [], entries: [], anomalies: [] }),
    close: async () => undefined,
  }
}

export interface Held {
  readonly tree: Record<string, { content: string; mode?: string; absent?: boolean }>
  readonly attributes?: Record<string, Partial<Attributes>>
  readonly submodules?: readonly Submodule[]
  readonly older?: Record<string, string>
  readonly expand?: Snapshot["expandFormat"]
}

const noAttributes: Attributes = { exportIgnore: false, exportSubst: false, ident: false, eol: undefined, lfs: false }
export const commit = gitOidOf("commit", Buffer.from("made"))

export function snapshotOf({ tree, attributes = {}, submodules = [], older = {}, expand }: Held): Snapshot {
  const blobs = new Map<GitOid, Uint8Array>()
  const entries = new Map<string, TreeEntry>()
  for (const [path, { content, mode = "100644", absent = false }] of Object.entries(tree)) {
    const oid = gitOidOf("blob", Buffer.from(content))
    entries.set(path, { path, mode, oid })
    if (!absent) blobs.set(oid, Buffer.from(content))
  }
  const past = Object.entries(older).map(([path, content]) => ({ path, oid: gitOidOf("blob", Buffer.from(content)), content }))
  for (const { oid, content } of past) blobs.set(oid, Buffer.from(content))
  return {
    location: "made",
    objectFormat: "sha1",
    commit,
    ref: "v1",
    how: "by-name",
    agrees: true,
    candidates: [],
    subdirectory: "",
    tree: entries,
    whole: entries,
    attributes: new Map(Object.entries(attributes).map(([path, some]) => [path, { ...noAttributes, ...some }])),
    submodules,
    seenRefs: undefined,
    history: {
      placesOf: (oid) => past.filter((one) => one.oid === oid).map(({ path }) => ({ path, commit })),
      versionsOf: (path) => past.filter((one) => one.path === path).map(({ oid }) => oid),
      complete: true,
    },
    anomalies: [],
    unreadable: [],
    blob: async (oid) => blobs.get(oid),
    expandFormat: expand ?? (async () => undefined),
    exportTo: async () => ok([]),
    mergedTags: async () => ok([]),
    close: async () => undefined,
  }
}

/** `line 0` to the last. */
export const lines = (count: number, change: (line: string, index: number) => string = (line) => line): string =>
  Array.from({ length: count }, (_, index) => `${change(`line ${index}`, index)}\n`).join("")
