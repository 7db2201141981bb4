import { type Cost, type Inside, Look, type Machine } from "../../binaries/index.ts"
import { number, plural } from "../../core/count.ts"
import type { GitOid } from "../../core/digest.ts"
import type { Context } from "../../io/context.ts"
import { decompressor } from "../../io/decompress.ts"
import type { Repository } from "../../io/git.ts"

interface Sized {
  readonly oid: GitOid
  readonly size: number
}

/** As many at a time as keep a processor busy while others wait for a decoder to start. What the run has left is asked between, so that it does not hang on which is faster. */
const atOnce = 4

/** What is inside each content, in the order given until the run's maximum is reached; those of one content are looked into once. */
export async function insidesOf(
  repository: Repository,
  files: readonly Sized[],
  ctx: Context,
): Promise<{ readonly insides: ReadonlyMap<GitOid, Inside>; readonly limits: readonly string[] }> {
  const { insideBytesMax, insideBytesRunMax, insideLayersRunMax, insideMembersRunMax } = ctx.limits
  const decode = decompressor(ctx)
  const machine: Machine = { limits: ctx.limits, decompress: (compression, chunks) => decode(compression, chunks) }
  const all = [...new Map(files.map((file) => [file.oid, file])).values()]
  const small = all.filter(({ size }) => size <= insideBytesMax)
  const insides = new Map<GitOid, Inside>()
  const spent: Cost = { bytes: 0, layers: 0, members: 0 }
  const mayGoOn = (): boolean => spent.bytes < insideBytesRunMax && spent.layers < insideLayersRunMax && spent.members < insideMembersRunMax
  let next = 0
  for (; next < small.length && mayGoOn(); next += atOnce) {
    ctx.progress("looking into opaque files", next, small.length)
    const batch = small.slice(next, next + atOnce).map(({ oid }) => lookInto(repository, oid, machine))
    for (const { oid, inside, cost } of await Promise.all(batch)) {
      if (inside !== undefined) insides.set(oid, inside)
      spent.bytes += cost.bytes
      spent.layers += cost.layers
      spent.members += cost.members
    }
  }
  const large = all.length - small.length
  const left = small.length - Math.min(next, small.length)
  return {
    insides,
    limits: [
      ...(large === 0 ? [] : [`inside ${plural(large, "opaque content")} of more than ${number(insideBytesMax)} bytes (insideBytesMax)`]),
      ...(left === 0
        ? []
        : [
            `inside ${plural(left, "opaque content")}, those changed longest ago, as ${number(insideBytesRunMax)} bytes, ${plural(insideLayersRunMax, "layer")} or ${plural(insideMembersRunMax, "member")} of others were looked at (insideBytesRunMax, insideLayersRunMax, insideMembersRunMax)`,
          ]),
    ],
  }
}

async function lookInto(repository: Repository, oid: GitOid, machine: Machine) {
  const object = await repository.object(oid)
  const look = new Look(machine)
  const inside = object?.type === "blob" ? await look.file(object.bytes) : undefined
  return { oid, inside, cost: look.cost }
}
