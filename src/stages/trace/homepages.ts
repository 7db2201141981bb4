import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import type { Repository } from "../../io/git.ts"
import type { PathChange, RecordedHistory } from "../../model/history.ts"
import { type Fields, fieldsIn, isManifest } from "./manifest-fields.ts"

/** Fields of a manifest that a commit gave another value or took away: the first in words, and how many there are. */
export interface FieldsChanged {
  readonly first: string
  readonly fields: number
}

/** What the commits of a history changed in manifests. */
export interface Homepages {
  /** Of each commit that changed such a field. */
  readonly changed: readonly (FieldsChanged & { readonly commit: GitOid })[]
  readonly limits: readonly string[]
}

export const noHomepages: Homepages = { changed: [], limits: [] }

/** Both are there, and differ. */
type Changed = PathChange & { readonly before: GitOid; readonly after: GitOid }
const isChanged = (change: PathChange): change is Changed =>
  change.before !== undefined && change.after !== undefined && change.before !== change.after

const keyOf = ({ path, before, after }: Changed): string => `${before} ${after} ${path}`

/** Changes for which git is asked ahead of its answers. */
const aheadMax = 16

/** Reads the manifests that commits changed, and nothing else. Of them it keeps what differs: a small repository can spell gigabytes of fields. */
export async function homepagesOf(repository: Repository, { commits }: Pick<RecordedHistory, "commits">, ctx: Context): Promise<Homepages> {
  const { manifestBlobsMax, manifestBytesRunMax } = ctx.limits
  const isOne = remembered(isManifest)
  const asked = new Map<string, Changed>()
  const keysOf = new Map<GitOid, string[]>()
  for (const { oid, changes } of commits)
    for (const change of changes) {
      if (!isOne(change.path) || !isChanged(change)) continue
      const key = keyOf(change)
      asked.set(key, change)
      const keys = keysOf.get(oid)
      if (keys === undefined) keysOf.set(oid, [key])
      else keys.push(key)
    }
  const wanted = [...asked].slice(0, Math.floor(manifestBlobsMax / 2))
  const known = new Map<string, FieldsChanged>()
  let bytes = 0
  let done = 0
  for (; done < wanted.length && bytes <= manifestBytesRunMax; done += aheadMax) {
    const some = wanted.slice(done, done + aheadMax)
    const objects = await Promise.all(some.flatMap(([, { before, after }]) => [repository.object(before), repository.object(after)]))
    for (const [index, [key, { path }]] of some.entries()) {
      const [before, after] = [objects[2 * index], objects[2 * index + 1]]
      if (before?.type !== "blob" || after?.type !== "blob") continue
      bytes += before.bytes.byteLength + after.bytes.byteLength
      const changed = changedFields(path, fieldsIn(path, before.bytes), fieldsIn(path, after.bytes))
      if (changed !== undefined) known.set(key, changed)
    }
  }
  const left = asked.size - Math.min(done, wanted.length)
  return {
    changed: [...keysOf].flatMap(([commit, keys]) => {
      const [first, ...more] = keys.flatMap((key) => known.get(key) ?? [])
      return first === undefined
        ? []
        : [{ commit, first: first.first, fields: more.reduce((sum, { fields }) => sum + fields, first.fields) }]
    }),
    limits:
      left === 0
        ? []
        : [
            `${plural(left, "change")} of manifests were not looked at for homepages: ${number(manifestBlobsMax)} versions or ${number(manifestBytesRunMax)} bytes are (manifestBlobsMax, manifestBytesRunMax)`,
          ],
  }
}

/** A first value is no change. */
function changedFields(path: string, old: Fields, now: Fields): FieldsChanged | undefined {
  let [first, fields] = ["", 0]
  for (const [field, value] of old) {
    const other = now.get(field)
    if (other === value) continue
    if (fields === 0) first = `${field} in ${path}: ${other === undefined ? "nothing" : shown(other)} in place of ${shown(value)}`
    fields += 1
  }
  return fields === 0 ? undefined : { first, fields }
}

const shownLength = 200
/** In quotes, with what could pass for their end escaped. */
const shown = (value: string): string => JSON.stringify(value.length > shownLength ? `${value.slice(0, shownLength)}…` : value)

function remembered(test: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>()
  return (path) => {
    const kept = known.get(path) ?? test(path)
    known.set(path, kept)
    return kept
  }
}
