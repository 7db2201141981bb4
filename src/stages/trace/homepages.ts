import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import type { PathChange, RecordedHistory } from "../../model/history.ts"
import { type Fields, fieldsIn, isManifest } from "./manifest-fields.ts"

/** What the manifests of a history say, by path and content. */
export interface Homepages {
  readonly fieldsOf: (path: string, oid: GitOid) => Fields | undefined
  readonly limits: readonly string[]
}

export const noHomepages: Homepages = { fieldsOf: () => undefined, limits: [] }

/** Both are there, and differ. */
export type Changed = PathChange & { readonly before: GitOid; readonly after: GitOid }
export const isChanged = (change: PathChange): change is Changed =>
  change.before !== undefined && change.after !== undefined && change.before !== change.after

const kindOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)
const keyOf = (path: string, oid: GitOid): string => `${oid} ${kindOf(path)}`

/** Requests that git is given ahead of its answers. */
const aheadMax = 32

/** Reads the manifests that commits changed, and nothing else. */
export async function homepagesOf(repository: Repository, { commits }: Pick<RecordedHistory, "commits">, ctx: Context): Promise<Homepages> {
  const { manifestBlobsMax, manifestBytesRunMax } = ctx.limits
  const isOne = remembered(isManifest)
  const asked = new Map<string, { readonly path: string; readonly oid: GitOid }>()
  for (const { changes } of commits)
    for (const change of changes)
      if (isChanged(change) && isOne(change.path))
        for (const oid of [change.before, change.after]) asked.set(keyOf(change.path, oid), { path: change.path, oid })
  const wanted = [...asked].slice(0, manifestBlobsMax)
  const known = new Map<string, Fields>()
  let bytes = 0
  let done = 0
  for (; done < wanted.length && bytes <= manifestBytesRunMax; done += aheadMax) {
    const some = wanted.slice(done, done + aheadMax)
    const objects = await Promise.all(some.map(([, { oid }]) => repository.object(oid)))
    for (const [index, [key, { path }]] of some.entries()) {
      const object = objects[index]
      if (object?.type !== "blob") continue
      bytes += object.bytes.byteLength
      known.set(key, fieldsIn(path, object.bytes))
    }
  }
  const left = asked.size - Math.min(done, wanted.length)
  return {
    fieldsOf: (path, oid) => known.get(keyOf(path, oid)),
    limits:
      left === 0
        ? []
        : [
            `${plural(left, "manifest")} of commits were not looked at for homepages: ${number(manifestBlobsMax)} or ${number(manifestBytesRunMax)} bytes are (manifestBlobsMax, manifestBytesRunMax)`,
          ],
  }
}

function remembered(test: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>()
  return (path) => {
    const kept = known.get(path) ?? test(path)
    known.set(path, kept)
    return kept
  }
}
