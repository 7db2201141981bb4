import { createHash } from "node:crypto"
import type { Anomaly } from "../../core/anomaly.ts"
import type { ByteSource, Spill } from "../../core/bytes.ts"
import { finishSha256 } from "../../core/digest.ts"
import { FaultError, faultsOf, orThrow, type Result } from "../../core/fault.ts"
import type { Listing } from "../../core/listing.ts"
import { baseName, commonRoot } from "../../core/path.ts"
import type { Context } from "../../io/context.ts"
import { byProgram, decompressor } from "../../io/decompress.ts"
import { isDirectory, walkDirectory } from "../../io/directory.ts"
import { spill } from "../../io/spill.ts"
import type { Artifact, Contents, Entry } from "../../model/artifact.ts"
import type { Target } from "../../model/target.ts"
import { locate } from "../../registries/index.ts"
import type { Located } from "../../registries/registry.ts"
import { Budget } from "./budget.ts"
import { asConda } from "./conda.ts"
import { asGem } from "./gem.ts"
import type { Reading } from "./image.ts"
import { asInLayer, isLayer, mayBeImage, whiteouts } from "./image-layout.ts"
import { compareListing } from "./listing.ts"
import { measure } from "./measure.ts"
import { NameCheck } from "./names.ts"
import { type Machine, sayer, type Unpacked, unpack } from "./unpack.ts"

/** Target to Artifact: fetched and checked as its registry demands, opened to the last byte. `asked` is the user's own spelling; `found` what was located already. */
export async function open(asked: string, target: Target, ctx: Context, found?: Result<Located>): Promise<Result<Artifact>> {
  return faultsOf(async () => {
    if (target.kind === "path" && (await isDirectory(target.path))) return openDirectory(asked, target.path, ctx)
    const located = orThrow(found ?? (await locate(target, ctx)))
    const held = new Held(ctx)
    try {
      return await openLocated(asked, located, held)
    } catch (error) {
      await held.close()
      throw error
    }
  })
}

/** What an open artifact holds of the machine: the temporary files of its layers. */
class Held {
  readonly machine: Machine
  readonly #spills: { close(): Promise<void> }[] = []

  constructor(ctx: Context) {
    const hold = async (): Promise<Spill> => {
      const one = await spill(ctx)
      this.#spills.push(one)
      return one
    }
    this.machine = {
      limits: ctx.limits,
      budget: new Budget(ctx.limits),
      spill: hold,
      decompress: decompressor(ctx),
      byProgram: byProgram(ctx),
      opened: ctx.progress,
    }
  }

  async close(): Promise<void> {
    for (const one of this.#spills.splice(0)) await one.close()
  }
}

async function openLocated(asked: string, located: Located, held: Held): Promise<Artifact> {
  const { machine } = held
  const contents = await unpackWhole(located.name, located.bytes, machine)
  const { layers, entries, anomalies, names, embeddedCommit, newestModification } = contents
  // What vouches for the artifact speaks of these bytes, and somebody may write to the file.
  if ((layers[0] ?? entries[0])?.sha256 !== located.sha256) throw new FaultError(changed(located.name))
  const root = commonRoot(names)
  const version = versionOf(located, root)
  return {
    layers,
    entries,
    anomalies: [...anomalies, ...outsiders(entries, root, located.name)],
    target: asked,
    name: located.name,
    size: located.bytes.size,
    sha256: located.sha256,
    format: layers.length === 0 ? "file" : layers.map((layer) => layer.format).join("+"),
    root,
    provenance: located.provenance,
    openEntry: (entry) => openEntry(entry, machine),
    close: () => held.close(),
    ...(located.purl === undefined ? {} : { purl: located.purl }),
    ...(version === undefined ? {} : { version }),
    ...(embeddedCommit === undefined ? {} : { embeddedCommit }),
    ...(newestModification === undefined ? {} : { newestModification }),
  }
}

const changed = (source: string) =>
  ({ kind: "unavailable", source, why: "it was changed while it was read", remedy: "run again when nothing writes to it" }) as const

/** `NAME-VERSION(-BUILD)-PYTHON-ABI-PLATFORM.whl` (PEP 427, "File name convention"). */
/** The one that a registry states, else what the names of the root and of the file say. */
export const versionOf = ({ name, version }: Pick<Located, "name" | "version">, root: string): string | undefined =>
  version ??
  versionOfWheel(name) ??
  versionIn(root.replace(/^\.\/|\/$/g, "")) ??
  versionIn(name.replace(/(?:\.orig)?(?:\.tar)?\.[a-z][a-z0-9]*$/, ""))

const versionOfWheel = (name: string): string | undefined => /^[^-]+-(\d[^-]*)(?:-\d[^-]*)?(?:-[^-]+){3}\.whl$/.exec(name)?.[1]

/** The version at the end of `foo-1.2.3` or `foo_1.2.3`: a file's own claim, for finding the tag that has its name. */
const versionIn = (name: string): string | undefined => /[-_]v?(\d[\w.+~-]*)$/.exec(name)?.[1]

const outsiders = (entries: readonly Entry[], root: string, layer: string): readonly Anomaly[] =>
  entries
    .filter(({ path }) => !path.startsWith(root))
    .map(({ path }) => ({ kind: "outside-root", severity: "review", layer, path, message: `stands outside ${root}, where all others are` }))

/** A container inside the release. Its layers and entries carry the outer name: `outer!inner`. */
async function openEntry(entry: Entry, machine: Machine): Promise<Contents> {
  const contents = await unpackWhole(entry.path, entry.content, machine, entry.listing)
  return { ...contents, entries: contents.entries.map((inner) => ({ ...inner, path: `${entry.path}!${inner.path}` })) }
}

/** What is said of a container by its members together: an image's manifests are members of it, and its package may list them. */
async function unpackWhole(name: string, source: ByteSource, machine: Machine, listing?: Listing): Promise<Unpacked> {
  const contents = await unpack(name, source, machine)
  const anomalies = [...contents.anomalies]
  const say = sayer(name, { anomalies }, machine)
  if (listing !== undefined) {
    const spend = (bytes: number): void => machine.budget.spend("unpackedBytesRunMax", bytes, name)
    await compareListing(contents, listing, { layer: name, say, spend })
    return { ...contents, anomalies }
  }
  if (isLayer(name)) {
    for (const one of whiteouts(contents.entries, name)) say(one)
    return { ...contents, anomalies: anomalies.map(asInLayer) }
  }
  const entries = await asImage(contents.entries, { layer: name, limits: machine.limits, say })
  return { ...contents, anomalies, entries: asConda(asGem(entries)) }
}

async function asImage(entries: readonly Entry[], reading: Reading): Promise<readonly Entry[]> {
  if (!mayBeImage(entries)) return entries
  const { readImage } = await import("./image.ts")
  return readImage(entries, reading)
}

async function openDirectory(asked: string, folder: string, ctx: Context): Promise<Artifact> {
  const anomalies: Anomaly[] = []
  const entries: Entry[] = []
  const notLookedAt: string[] = []
  const name = baseName(folder.replace(/\/+$/, "")) || folder
  const names = new NameCheck((anomaly) => anomalies.push({ ...anomaly, layer: name }))
  const listing = createHash("sha256")
  for await (const { target, ...found } of walkDirectory(folder, ctx, (path) =>
    notLookedAt.push(`${path} (a checkout's own git directory)`),
  )) {
    const { content } = found
    const entry: Entry = {
      ...found,
      size: content.size,
      ...(target === undefined ? {} : { target }),
      ...(await measure(content.stream(), content.size)),
    }
    names.add(entry)
    entries.push(entry)
    listing.update(`${entry.mode.toString(8)} ${entry.sha256} ${entry.path}\0`)
    ctx.progress(`reading ${name}`, entries.length, undefined)
  }
  const held = new Held(ctx)
  const say = sayer(name, { anomalies }, held.machine)
  return {
    layers: [],
    entries: await asImage(entries, { layer: name, limits: ctx.limits, say }),
    anomalies,
    target: asked,
    name,
    size: entries.reduce((sum, entry) => sum + entry.size, 0),
    sha256: finishSha256(listing),
    format: "directory",
    root: "",
    provenance: { chain: ["read from a folder on this machine; its sha256 is that of the listing (mode, sha256, path)"], notLookedAt },
    openEntry: (entry) => openEntry(entry, held.machine),
    close: () => held.close(),
  }
}
