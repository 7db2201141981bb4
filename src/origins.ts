import { createHash } from "node:crypto"
import { join, resolve } from "node:path"
import { claimedVersion } from "./core/claimed-version.ts"
import { diffLines, type Hunk } from "./core/diff.ts"
import { finishSha256, sha256Of } from "./core/digest.ts"
import { withoutLogin } from "./core/escape.ts"
import { type Fault, FaultError, faultsOf, orThrow, type Result } from "./core/fault.ts"
import { baseName } from "./core/path.ts"
import { encodingOf, linesOf } from "./core/text.ts"
import type { Context } from "./io/context.ts"
import { exists, kindAt } from "./io/files.ts"
import { openRepository } from "./io/git.ts"
import { fileSource } from "./io/open-file.ts"
import { Catalogue } from "./io/origin-catalogue.ts"
import { openOrigins } from "./io/origin-index.ts"
import { loadOwn, saveOwn, takeOrigin, today } from "./io/origin-store.ts"
import { addressOf, placeOf } from "./io/repository-place.ts"
import type { Edition, Origin, OriginIndex, Publication } from "./model/origin.ts"
import { parseTarget } from "./registries/index.ts"
import { learnRelease } from "./stages/learn/learn-release.ts"
import { learnRepository } from "./stages/learn/learn-repository.ts"
import { open } from "./stages/open/open.ts"

/** Every origin of the shipped index and of the user's. */
export const listOrigins = (ctx: Context): Promise<Result<readonly Origin[]>> => withOrigins(ctx, async ({ origins }) => origins)

async function withOrigins<T>(ctx: Context, use: (index: OriginIndex) => Promise<T>): Promise<Result<T>> {
  return faultsOf(async () => {
    const index = orThrow(await openOrigins(ctx))
    try {
      return await use(index)
    } finally {
      index.close()
    }
  })
}

/** Learns an artifact or a repository into the user's index: known, never trusted. What was learned of it before is replaced. */
export async function addOrigin(target: string, ctx: Context): Promise<Result<{ readonly name: string; readonly contents: number }>> {
  return faultsOf(async () => {
    const name = await nameOf(target)
    const learned = await learn(name, target, ctx)
    const own = await loadOwn(ctx)
    takeOrigin(own, learned, name)
    await saveOwn(own, ctx)
    return { name, contents: learned.contents.size }
  })
}

/** A path in full, so that it means the same tomorrow; no name and password. It has a slash or a colon, which no origin of the shipped index has in its name. */
async function nameOf(target: string): Promise<string> {
  if (addressOf(target) !== undefined) return withoutLogin(target)
  if ((await kindAt(target)) !== undefined || /^[./]/.test(target)) return resolve(target)
  return withoutLogin(target)
}

async function learn(name: string, target: string, ctx: Context): Promise<Catalogue> {
  const catalogue = new Catalogue(ctx.limits)
  const { id, gaps } = (await isRepository(target))
    ? await learnHistory(name, target, catalogue, ctx)
    : await learnArtifact(name, target, catalogue, ctx)
  catalogue.origins.set(name, { name, trust: "known", sources: [{ location: name, id }], projects: [], gaps })
  return catalogue
}

/** A folder that is itself a repository (not one somewhere inside another), a bundle, or an address that only git has. */
async function isRepository(target: string): Promise<boolean> {
  const address = addressOf(target)
  if (address !== undefined) return address.scheme === "ssh" || /\.git\/?$/.test(address.address)
  const kind = await kindAt(target)
  if (kind === "folder")
    return (await exists(join(target, ".git"))) || ((await exists(join(target, "HEAD"))) && (await exists(join(target, "objects"))))
  if (kind !== "file") return false
  const place = await faultsOf(() => placeOf(target))
  return place.ok && place.value.kind === "bundle"
}

interface Learned {
  readonly id: string
  readonly gaps: readonly string[]
}

async function learnHistory(origin: string, target: string, catalogue: Catalogue, ctx: Context): Promise<Learned> {
  const repository = orThrow(await openRepository(target, ctx))
  try {
    const learned = await learnRepository(repository, { origin, wants: () => true }, catalogue, ctx)
    return { id: learned.newest ?? "", gaps: learned.gaps }
  } finally {
    await repository.close()
  }
}

async function learnArtifact(origin: string, target: string, catalogue: Catalogue, ctx: Context): Promise<Learned> {
  const artifact = orThrow(await open(withoutLogin(target), orThrow(await parseTarget(target)), ctx))
  try {
    const version = artifact.version ?? artifact.name
    await learnRelease(artifact, { origin, version, day: today(), wants: () => true }, catalogue, ctx)
    return { id: artifact.sha256, gaps: [] }
  } finally {
    await artifact.close()
  }
}

export interface Updated {
  readonly name: string
  /** Why it could not be read again: what was learned of it before stays. */
  readonly fault?: Fault
}

const imported = "import:"

/** Reads again what was added. What was imported has nothing to be read from; what is gone stays as it was known. */
export async function updateOrigins(ctx: Context): Promise<Result<readonly Updated[]>> {
  return faultsOf(async () => {
    const own = await loadOwn(ctx)
    const updated: Updated[] = []
    for (const { name, sources } of [...own.origins.values()]) {
      if (sources.every(({ location }) => location.startsWith(imported))) continue
      const learned = await faultsOf(() => learn(name, name, ctx))
      if (learned.ok) takeOrigin(own, learned.value, name)
      updated.push(learned.ok ? { name } : { name, fault: learned.fault })
    }
    if (updated.some(({ fault }) => fault === undefined)) await saveOwn(own, ctx)
    return updated
  })
}

/** The user's index as text, a line at a time. */
export const exportOrigins = (ctx: Context): Promise<Result<Iterable<string>>> =>
  faultsOf(async () => (await textForm()).exportLines(await loadOwn(ctx)))

// Loaded on use: its schemas cost more than the rest of a start.
const textForm = () => import("./io/origin-text.ts")

/** Adds what somebody exported: known, never trusted. Gives back the names of its origins. */
export async function importOrigins(path: string, ctx: Context): Promise<Result<readonly string[]>> {
  return faultsOf(async () => {
    const learned = new Catalogue(ctx.limits)
    await (await textForm()).importLines(path, await digestOf(path), learned, ctx)
    const own = await loadOwn(ctx)
    const names = [...learned.origins.keys()]
    for (const name of names) {
      const read = own.origins.get(name)?.sources.some(({ location }) => !location.startsWith(imported)) === true
      const remedy = "export without it, or remove your index and import again"
      if (read) throw new FaultError({ kind: "usage", why: `${name} is known already, read by yourself`, remedy })
      takeOrigin(own, learned, name)
    }
    await saveOwn(own, ctx)
    return names
  })
}

async function digestOf(path: string): Promise<string> {
  const source = await fileSource(path)
  const hash = createHash("sha256")
  for await (const chunk of source.stream()) hash.update(chunk)
  await source.close()
  return finishSha256(hash)
}

export interface Lookup {
  readonly sha256: string
  /** Where exactly this content was published, the earliest first. */
  readonly publications: readonly Publication[]
  /** What a text says that it is, and the origins that ever published a file of this name that said the same. */
  readonly claim?: { readonly stated: string; readonly publishedBy: readonly string[] }
  readonly nearest?: {
    readonly publication: Publication
    readonly lines: number
    readonly added: readonly AddedLines[]
    readonly removed: number
  }
  /** Why no nearest text is named. */
  readonly why?: string
}

/** Lines that the nearest text does not have; `start` counts from 1. */
export interface AddedLines {
  readonly start: number
  readonly lines: readonly string[]
}

/** Which published file a file is, or which one it was made from and the lines that remain. */
export async function lookupOrigin(path: string, ctx: Context): Promise<Result<Lookup>> {
  return withOrigins(ctx, async (index) => {
    const source = await fileSource(path)
    try {
      const { textBytesMax } = ctx.limits
      if (source.size > textBytesMax) {
        const sha256 = await digestOf(path)
        return { sha256, publications: index.publicationsOf(sha256), why: `it is larger than textBytesMax (${textBytesMax} bytes)` }
      }
      return look(baseName(resolve(path)), await source.read(0, source.size), index, ctx)
    } finally {
      await source.close()
    }
  })
}

function look(name: string, bytes: Uint8Array, index: OriginIndex, ctx: Context): Lookup {
  const sha256 = sha256Of(bytes)
  const publications = index.publicationsOf(sha256)
  if (encodingOf(bytes) === undefined) return { sha256, publications, ...(publications.length > 0 ? {} : { why: "it is not text" }) }
  const lines = linesOf(bytes)
  const stated = claimedVersion(lines)
  const claims = stated === undefined ? [] : [...index.claimsOf(name)].filter(([, known]) => known.has(stated)).map(([origin]) => origin)
  const found: Lookup = { sha256, publications, ...(stated === undefined ? {} : { claim: { stated, publishedBy: claims } }) }
  if (publications.length > 0) return found
  const [edition] = index.nearest({ name, lines, among: "renamed" }, 1)
  if (edition === undefined) return { ...found, why: "no published text shares its name or its lines" }
  const hunks = remaining(edition, ctx)
  if (hunks === undefined) return { ...found, why: `the comparison with ${edition.publication.path} needs more than diffStepsMax steps` }
  const added = hunks
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({ start: start + 1, lines: lines.slice(start, end) }))
  const removed = hunks.reduce((sum, hunk) => sum + hunk.removed, 0)
  return { ...found, nearest: { publication: edition.publication, lines: lines.length, added, removed } }
}

/** The ordered diff of line numbers; a line that the index does not know is like none. */
const remaining = ({ lines, query }: Edition, { limits }: Context): readonly Hunk[] | undefined =>
  diffLines([...lines].map(String), [...query].map(String), limits.diffStepsMax)
