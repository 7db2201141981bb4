import { collect, latin1 } from "../core/bytes.ts"
import { type Sha256, sha256Of } from "../core/digest.ts"
import type { Limits } from "../core/limits.ts"
import { belowRoot, directoryOf } from "../core/path.ts"
import type { Artifact, Entry } from "../model/artifact.ts"
import type { RecipeBase, RecipeInputs } from "../model/ledger.ts"
import type { Snapshot, Tree, TreeEntry } from "../model/repository.ts"
import { links } from "./cargo/links.ts"
import { manifest as cargoManifest } from "./cargo/manifest.ts"
import { original } from "./cargo/original.ts"
import { vcs } from "./cargo/vcs.ts"
import { checksums } from "./gem/checksums.ts"
import { goFiles } from "./golang/files.ts"
import { goLicence } from "./golang/licence.ts"
import { jarCopies } from "./maven/copies.ts"
import { jarManifest } from "./maven/manifest.ts"
import { pomProperties } from "./maven/properties.ts"
import { packageJson } from "./npm/package-json.ts"
import type { CommitFacts, Recipe, RecipeFacts } from "./recipe.ts"
import { eggInfo } from "./sdist/egg.ts"
import { pkgInfo } from "./sdist/metadata.ts"
import { wheelEntryPoints } from "./wheel/entry-points.ts"
import { wheelLicences } from "./wheel/licences.ts"
import { metadata } from "./wheel/metadata.ts"
import { modules } from "./wheel/modules.ts"
import { record } from "./wheel/record.ts"
import { topLevel } from "./wheel/top-level.ts"
import { wheelFile } from "./wheel/wheel-file.ts"

export const recipes: readonly Recipe[] = [
  checksums,
  links,
  cargoManifest,
  original,
  vcs,
  goFiles,
  goLicence,
  jarCopies,
  jarManifest,
  pomProperties,
  packageJson,
  eggInfo,
  pkgInfo,
  wheelEntryPoints,
  wheelLicences,
  metadata,
  modules,
  record,
  topLevel,
  wheelFile,
]

/** One text that a recipe computes for an entry. */
export interface Computed {
  readonly recipe: string
  readonly bytes: Uint8Array
  readonly sha256: Sha256
  readonly from: RecipeInputs
  readonly dropped: readonly string[]
  readonly executable: boolean
}

export const recipeBase = ({ recipe, sha256 }: Pick<Computed, "recipe" | "sha256">, path: string): RecipeBase => ({
  from: "recipe",
  path,
  recipe,
  sha256,
})

/** What packers would have written of one commit into one release. */
export class Recipes {
  readonly #facts: RecipeFacts
  readonly #root: string
  readonly #bytesMax: number
  readonly #ambiguous: boolean

  constructor(artifact: Pick<Artifact, "entries" | "name" | "purl" | "format" | "root" | "version">, snapshot: Snapshot, limits: Limits) {
    const files = artifact.entries.filter(({ type, unread }) => type === "file" && unread === undefined)
    const byPath = new Map(files.map((entry) => [belowRoot(entry.path, artifact.root), entry]))
    this.#root = artifact.root
    this.#bytesMax = limits.recipeBytesMax
    // Of two entries of one path readers disagree which one counts: nothing is computed of either.
    this.#ambiguous = new Set(artifact.entries.map(({ path }) => belowRoot(path, artifact.root))).size !== artifact.entries.length
    this.#facts = factsOf({ artifact, byPath, snapshot, bytesMax: limits.recipeBytesMax })
  }

  async compute(entry: Entry): Promise<readonly Computed[]> {
    if (this.#ambiguous || entry.type !== "file" || entry.unread !== undefined || entry.size > this.#bytesMax) return []
    const path = belowRoot(entry.path, this.#root)
    const isInner = this.#facts.release.files.get(path) !== entry
    const { release } = this.#facts
    const asked = recipes.filter((one) => (one.inside ?? false) === isInner && one.writes.test(path) && one.of(release))
    if (asked.length === 0) return []
    const text = latin1(await collect(entry.content.stream()))
    const found: Computed[] = []
    for (const { name, write } of asked)
      for (const { text: written, from, dropped = [], executable = false } of await write({ path, text }, this.#facts)) {
        const bytes = Buffer.from(written, "latin1")
        if (bytes.length > this.#bytesMax) continue
        const inputs = { ...from, commit: from.commit.map((one) => fromRoot(one, this.#facts.commit)) }
        found.push({ recipe: name, bytes, sha256: sha256Of(bytes), from: inputs, dropped, executable })
      }
    return found
  }
}

function factsOf({
  artifact,
  byPath,
  snapshot,
  bytesMax,
}: {
  readonly artifact: Pick<Artifact, "name" | "purl" | "format" | "root" | "version">
  readonly byPath: ReadonlyMap<string, Entry>
  readonly snapshot: Snapshot
  readonly bytesMax: number
}): RecipeFacts {
  const { name, purl, format, root, version } = artifact
  const at = commitFacts(snapshot, bytesMax)
  return {
    release: {
      name,
      purl,
      format,
      root,
      version,
      files: byPath,
      text: async (path) => {
        const entry = byPath.get(path)
        return entry === undefined || entry.size > bytesMax ? undefined : latin1(await collect(entry.content.stream()))
      },
    },
    commit: at(snapshot.subdirectory),
  }
}

/** The commit's facts below a folder; each folder's once. */
function commitFacts({ commit, tree, subdirectory, whole, blob }: Snapshot, bytesMax: number): CommitFacts["at"] {
  const blobText = async (found: TreeEntry | undefined, mode: "100" | "120"): Promise<string | undefined> => {
    if (found?.mode.startsWith(mode) !== true) return undefined
    const bytes = await blob(found.oid)
    return bytes === undefined || bytes.byteLength > bytesMax ? undefined : latin1(bytes)
  }
  const known = new Map<string, CommitFacts>()
  const at = (folder: string): CommitFacts => {
    const found = known.get(folder)
    if (found !== undefined) return found
    const here = folder === subdirectory ? tree : folder === "" ? whole : below(folder, whole)
    let folders: ReadonlySet<string> | undefined
    const hasFolder = (path: string): boolean => {
      folders ??= foldersOf(here)
      return folders.has(path)
    }
    const text = (path: string): Promise<string | undefined> => blobText(here.get(path), "100")
    const link = (path: string): Promise<string | undefined> => blobText(here.get(path), "120")
    const facts: CommitFacts = { id: commit, tree: here, folder, hasFolder, at, text, link }
    known.set(folder, facts)
    return facts
  }
  return at
}

const fromRoot = (path: string, { folder }: CommitFacts): string => (path.startsWith("/") ? path.slice(1) : `${folder}${path}`)

const below = (folder: string, whole: Tree): Tree =>
  new Map([...whole].flatMap(([path, entry]) => (path.startsWith(folder) ? [[path.slice(folder.length), entry] as const] : [])))

function foldersOf(tree: Tree): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of tree.keys())
    for (let folder = directoryOf(path); folder !== "" && !folders.has(folder); folder = directoryOf(folder.slice(0, -1)))
      folders.add(folder)
  return folders
}
