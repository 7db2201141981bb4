import { join } from "node:path"
import { isEdition } from "../../core/edition.ts"
import { exists, namesIn } from "../../io/files.ts"
import type { Replay } from "../../model/replay.ts"
import type { Toolchain } from "../../model/toolchain.ts"

/** Where upstream's release keeps the files that a distribution patches, and where they are looked for. */
interface Laid {
  readonly from: string
  readonly to: string
  /** The folder itself, so that what was compiled from the patched files is not seen; else only files that are there as well. */
  readonly whole?: true
}

const laidOver: ReadonlyMap<string, readonly Laid[]> = new Map([
  // Debian keeps macros frozen beside their sources (autom4te(1), "--freeze"): the whole folder is replaced, or the frozen ones would be read.
  ["autoconf", [{ from: "lib/autoconf", to: "/usr/share/autoconf/autoconf", whole: true }]],
  [
    "libtool",
    [
      { from: "m4", to: "/usr/share/aclocal" },
      { from: "build-aux", to: "/usr/share/libtool/build-aux" },
    ],
  ],
])

/** Those of the originals that the toolchain has: what it lacks is not laid over, and must not be said to be. */
export const originalsIn = (originals: readonly string[], toolchain: Pick<Toolchain, "originals">): readonly string[] =>
  originals.filter((wanted) => toolchain.originals.some(({ name }) => name === wanted))

/**
 * Whether other originals could give what a replay did not: another edition of a tool leaves its marks in all that it writes, whoever patched it, and what the
 * toolchain lacks is not laid over.
 */
export const mayDiffer = (
  { tools, originals }: Pick<Replay, "tools" | "originals">,
  others: readonly string[],
  toolchain: Pick<Toolchain, "originals">,
): boolean =>
  tools.every(({ stated, used }) => stated === undefined || (used !== undefined && isEdition(used, stated))) &&
  originalsIn(others, toolchain).join() !== originals.join()

/** Upstream's files over the distribution's of the same name: a distribution patches libtool, and releases made elsewhere show the original. */
export async function mountsFor(originals: readonly string[], { root }: Toolchain): Promise<readonly (readonly [string, string])[]> {
  const mounts: (readonly [string, string])[] = []
  for (const original of originals)
    for (const { from, to, whole } of laidOver.get(original) ?? []) {
      const folder = join(root, "usr/src/upstream", original, from)
      if (whole === true) {
        if (await exists(folder)) mounts.push([to, folder])
        continue
      }
      const patched = new Set(await namesIn(join(root, to)))
      for (const name of await namesIn(folder)) if (patched.has(name)) mounts.push([`${to}/${name}`, join(folder, name)])
    }
  return mounts
}
