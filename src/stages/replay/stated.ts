import { latin1 } from "../../core/bytes.ts"
import { type Stated, statedBytesMax, statedIn, statesVersions } from "../../generators/index.ts"
import type { Artifact } from "../../model/artifact.ts"
import type { Snapshot } from "../../model/repository.ts"

/** Files that are asked for their tools: the top ones come first, and hundreds of Makefile.in say the same. */
const askedMax = 64

/** Any C file could be a parser that bison wrote: asked last, or six hundred of them (libarchive) leave no question for build/autoconf/ltmain.sh. */
const lateness = (path: string): number => (path.endsWith(".c") ? 1 : 0)

/** The tools that a release says it was made with. All that a replay ever takes from the artifact: words that choose a toolchain. */
export async function statedBy(artifact: Artifact, snapshot: Pick<Snapshot, "commit" | "ref" | "candidates">): Promise<Stated> {
  const versions = new Map<string, string>()
  const asked = artifact.entries.filter(({ path, type, encoding }) => type === "file" && encoding !== undefined && statesVersions(path))
  const depth = (path: string): number => path.split("/").length
  for (const { path, content, size } of asked
    .toSorted((a, b) => lateness(a.path) - lateness(b.path) || depth(a.path) - depth(b.path))
    .slice(0, askedMax)) {
    const head = latin1(await content.read(0, Math.min(size, statedBytesMax)))
    for (const [tool, version] of statedIn(path, head)) if (!versions.has(tool)) versions.set(tool, version)
  }
  const distributed = /^pkg:deb\/[^/]+\/([a-z0-9][a-z0-9+.-]+)@/.exec(artifact.purl ?? "")?.[1]
  const named = artifact.version ?? /-v?(\d[^/-]*)\/$/.exec(artifact.root)?.[1]
  const version = named !== undefined && /^\d[\w.+~-]{0,63}$/.test(named) && isSpelled(named, snapshot) ? named : undefined
  const npm = artifact.purl?.startsWith("pkg:npm/") ?? artifact.root === "package/"
  const [wheel] = artifact.entries.flatMap(({ path }) => /^([^/]+)-[^/-]+\.dist-info\/WHEEL$/.exec(path)?.[1] ?? [])
  return { versions, distributed, version, npm, wheel }
}

/**
 * Whether a ref of the commit has this version in its name: `v7.88.1`, `curl-7_88_1`. Builds print their version into files, and what an archive calls itself must not
 * come back as something that was derived.
 */
function isSpelled(version: string, { commit, ref, candidates }: Pick<Snapshot, "commit" | "ref" | "candidates">): boolean {
  const refs = [ref, ...candidates.flatMap((one) => (one.commit === commit ? [one.ref] : []))].flatMap((one) => one ?? [])
  const isPlain = /^\d+(?:\.\d+)*$/.test(version)
  return refs.some((name) => {
    const before = name.endsWith(version) ? name.slice(0, -version.length) : undefined
    return (
      (before !== undefined && !/[\d.]$/.test(before)) ||
      (isPlain && (/\d+(?:[._-]\d+)*$/.exec(name)?.[0] ?? "").replace(/[_-]/g, ".") === version)
    )
  })
}
