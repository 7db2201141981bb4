import { open } from "node:fs/promises"
import { join } from "node:path"
import type { Anomaly } from "../core/anomaly.ts"
import { latin1 } from "../core/bytes.ts"
import { type GitOid, isGitOid, type ObjectFormat } from "../core/digest.ts"
import { withoutLogin } from "../core/escape.ts"
import { FaultError, faultsOf, orThrow, type Result } from "../core/fault.ts"
import type { SeenRef } from "../model/repository.ts"
import type { Context } from "./context.ts"
import { makeTemporaryBare, tellBare } from "./git-bare.ts"
import { type GitObject, ObjectReader } from "./git-objects.ts"
import { type GitPlace, gitEnvironment, noteGitVersion, runGit } from "./git-process.ts"
import { parseExtensions, type Ref, type Refs, readRefs, regularFile } from "./git-refs.ts"
import { fetchAddress } from "./repository-fetch.ts"
import { objectsDanger, placeOf } from "./repository-place.ts"
import { seenRefs } from "./seen-refs.ts"

/** A hostile repository, opened without ever using its git directory as one (contract, "A repository is hostile input"). */
export interface Repository {
  readonly location: string
  readonly objectFormat: ObjectFormat
  readonly refs: readonly Ref[]
  /** Where tags of a clone of ours pointed before they moved; undefined: nothing says. */
  readonly seenRefs: readonly SeenRef[] | undefined
  /** What HEAD names: a ref in full, or a commit. */
  readonly head: string | undefined
  /** The history was cut on purpose (a shallow clone). */
  readonly shallow: boolean
  /** The folder that its objects are in, and where its history was cut. Undefined: they are gone when it is closed, as those of a bundle. */
  readonly files: { readonly objects: string; readonly shallow: readonly GitOid[] } | undefined
  /** Where git may be started: our own bare repository with R's objects. */
  readonly place: GitPlace
  readonly limits: Context["limits"]
  /** The commit of an annotated tag that was peeled since the repository was opened. */
  peeled(tag: GitOid): GitOid | undefined
  notePeeled(tag: GitOid, commit: GitOid): void
  /** Grows while objects are read. */
  anomalies(): readonly Anomaly[]
  /** Rehashed; undefined when absent or unreadable. */
  object(oid: GitOid): Promise<GitObject | undefined>
  /** Once or more often. */
  close(): Promise<void>
}

interface Opened {
  readonly format: ObjectFormat
  readonly refs: Refs
  readonly shallow: readonly GitOid[]
  readonly objects: string | undefined
  readonly anomalies: readonly Anomaly[]
  readonly seenRefs?: readonly SeenRef[] | undefined
}

/** Opens R: a worktree, a bare repository, a mirror, a bundle or an address. Close it. */
export function openRepository(location: string, ctx: Context): Promise<Result<Repository>> {
  return faultsOf(async () => {
    const [repository] = await Promise.all([openPlace(location, ctx), noteGitVersion(ctx)])
    return repository
  })
}

/** The same for whoever reads its history first, which tells git's version. */
export const openForHistory = (location: string, ctx: Context): Promise<Result<Repository>> => faultsOf(() => openPlace(location, ctx))

async function openPlace(location: string, ctx: Context): Promise<Repository> {
  const place = await placeOf(location)
  if (place.kind === "bundle") return await openBundle(location, place.path, ctx)
  if (place.kind === "directory") return await finish(location, openDirectory(location, place, ctx), ctx)
  const fetched = await fetchAddress(place, ctx)
  const shown = withoutLogin(location)
  const opened = openDirectory(shown, { gitDirectory: fetched.folder, commonDirectory: fetched.folder }, ctx)
  const anomalies = [...opened.anomalies, ...fetched.anomalies]
  return await finish(shown, { ...opened, anomalies, seenRefs: await seenRefs(fetched.folder) }, ctx)
}

function openDirectory(location: string, at: { readonly gitDirectory: string; readonly commonDirectory: string }, ctx: Context): Opened {
  const extensions = parseExtensions(regularFile(join(at.commonDirectory, "config"), 1 << 20) ?? new Uint8Array(0))
  const format = extensions.get("objectformat") === "sha256" ? "sha256" : "sha1"
  if ((extensions.get("refstorage") ?? "files") !== "files")
    throw new FaultError(unreadable(location, "its refs are in a format that is not read (reftable)", "give a bundle of it"))
  const objects = join(at.commonDirectory, "objects")
  const danger = objectsDanger(objects, at.commonDirectory)
  if (danger !== undefined)
    throw new FaultError({ kind: "refused", source: location, why: danger, remedy: "give a complete clone of it (`git clone --mirror`)" })
  return {
    format,
    refs: readRefs({ location, ...at, format }, ctx),
    shallow: latin1(regularFile(join(at.commonDirectory, "shallow"), 64 * 2 ** 20) ?? new Uint8Array(0))
      .split("\n")
      .filter(isGitOid),
    objects,
    anomalies: [],
  }
}

const unreadable = (source: string, why: string, remedy: string) => ({ kind: "unavailable", source, why, remedy }) as const

async function finish(location: string, opened: Opened, ctx: Context): Promise<Repository> {
  const bare = await makeTemporaryBare(opened.format, ctx)
  await tellBare(bare.folder, opened.shallow, opened.refs.refs)
  const place = gitEnvironment(bare.folder, opened.objects, ctx)
  return assemble(location, opened, { place, remove: bare.remove, ctx })
}

function assemble(location: string, opened: Opened, ours: { place: GitPlace; remove: () => Promise<void>; ctx: Context }): Repository {
  const ending = new AbortController()
  const place = { ...ours.place, signal: ending.signal }
  const reader = new ObjectReader(place, opened.format, ours.ctx.limits)
  const peeled = new Map<GitOid, GitOid>()
  const close = async (): Promise<void> => {
    await reader.close()
    ending.abort()
    await ours.remove()
  }
  let closed: Promise<void> | undefined
  const before = [...opened.refs.anomalies, ...opened.anomalies, ...(opened.shallow.length > 0 ? [shallowNote] : [])]
  return {
    location,
    objectFormat: opened.format,
    refs: opened.refs.refs,
    seenRefs: opened.seenRefs,
    head: opened.refs.head,
    shallow: opened.shallow.length > 0,
    files: opened.objects === undefined ? undefined : { objects: opened.objects, shallow: opened.shallow },
    place,
    limits: ours.ctx.limits,
    peeled: (tag) => peeled.get(tag),
    notePeeled: (tag, commit) => void peeled.set(tag, commit),
    anomalies: () => [...before, ...reader.anomalies],
    object: (oid) => reader.read(oid),
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

const shallowNote: Anomaly = { kind: "shallow", severity: "note", message: "a shallow clone: its history is cut", layer: "repository" }

/** Unpacks a bundle (gitformat-bundle(5)) into a repository of ours; git index-pack hashes every object on the way. */
async function openBundle(location: string, path: string, ctx: Context): Promise<Repository> {
  const head = latin1((await readStart(path)).subarray(0, 1 << 16))
  const format = /^@object-format=sha256$/m.test(head) ? "sha256" : "sha1"
  const bare = await makeTemporaryBare(format, ctx)
  try {
    const place = gitEnvironment(bare.folder, undefined, ctx)
    const answer = orThrow(await runGit(place, { args: ["bundle", "unbundle", path], secondsMax: 3600 }))
    if (answer.code !== 0)
      throw new FaultError(
        unreadable(
          location,
          answer.stderr.split("\n")[0] ?? "not a bundle that git can unpack",
          "make it with `git bundle create all.bundle --all`",
        ),
      )
    const lines = answer.stdout
      .toString("utf8")
      .split("\n")
      .map((line) => line.split(" "))
    const refs = lines.flatMap(([oid = "", name = ""]) => (isGitOid(oid) && name.startsWith("refs/") ? [{ name, oid }] : []))
    const detached = lines.find(([, name]) => name === "HEAD")?.[0]
    await tellBare(bare.folder, [], refs)
    const opened: Opened = { format, refs: { refs, head: detached, anomalies: [] }, shallow: [], objects: undefined, anomalies: [] }
    return assemble(location, opened, { place, remove: bare.remove, ctx })
  } catch (error) {
    await bare.remove()
    throw error
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, "r")
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The commit that an abbreviated id means, when it means one. */
export async function expandOid(repository: Repository, abbreviated: string): Promise<GitOid | undefined> {
  if (!/^[0-9a-f]{4,64}$/.test(abbreviated)) return undefined
  const answer = await runGit(repository.place, {
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `${abbreviated}^{commit}`],
  })
  const text = answer.ok ? answer.value.stdout.toString("latin1").trim() : ""
  return isGitOid(text) ? text : undefined
}
