import { Look } from "../../binaries/index.ts"
import { plural } from "../../core/count.ts"
import type { Limits } from "../../core/limits.ts"
import type { Context } from "../../io/context.ts"
import { decompressor } from "../../io/decompress.ts"
import { openYara, type Yara } from "../../io/yara.ts"
import type { Entry } from "../../model/artifact.ts"
import type { Structure } from "../../model/inside.ts"
import type { YaraFile, YaraFound, YaraScan } from "../../model/yara.ts"
import type { Decompress } from "../../parsers/parser.ts"

interface ScanMachine {
  readonly yara: Yara
  readonly limits: Limits
  readonly decompress: Decompress
}

const nothing: YaraScan["unscanned"]["first"] = []

/** Compiles the user's rules. Throws a usage fault for those that do not. */
export async function openScanner(files: readonly YaraFile[], ctx: Context): Promise<Scanner> {
  const yara = await openYara(files, ctx)
  const decode = decompressor(ctx)
  const machine: ScanMachine = { yara, limits: ctx.limits, decompress: (compression, chunks) => decode(compression, chunks) }
  return { scan: (entries) => scan(entries, machine), close: () => yara.close() }
}

export interface Scanner {
  scan(entries: readonly Entry[]): ReturnType<typeof scan>
  close(): Promise<void>
}

/** Holds the user's YARA rules against every entry, and against what is decoded of opaque ones. `isWhole`: nothing was left out for a reason that may be gone next time. */
async function scan(
  entries: readonly Entry[],
  { yara, limits, decompress }: ScanMachine,
): Promise<{ readonly scan: YaraScan; readonly isWhole: boolean }> {
  const found: YaraFound[] = []
  const unscanned = { count: 0, first: [...nothing] }
  const leave = (path: string, why: string): void => {
    unscanned.count += 1
    if (unscanned.first.length < limits.yaraUnscannedMax) unscanned.first.push({ path, why })
  }
  const counts = new Map<string, number>()
  let scanned = 0
  let isWhole = true

  const scanOne = async (bytes: Uint8Array, { path, sha256 }: Entry, inside?: string): Promise<void> => {
    const at = inside === undefined ? path : `${path}!${inside}`
    if (bytes.byteLength > limits.yaraBytesMax) {
      leave(at, overBytes(bytes.byteLength, limits))
      return
    }
    const result = await yara.scan(bytes)
    if ("why" in result) {
      isWhole &&= !result.isOfTheMoment
      leave(at, result.why)
      return
    }
    scanned += 1
    for (const match of result.matches) {
      const key = `${match.file}\0${match.rule}`
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      if (count <= limits.yaraMatchesMax) found.push({ ...match, path, sha256, ...(inside === undefined ? {} : { inside }) })
      else leave(at, `${match.rule} is true of it, and of ${limits.yaraMatchesMax} before it (yaraMatchesMax)`)
    }
  }

  for (const entry of entries) {
    const { path, type, size, encoding, content, unread } = entry
    if (type !== "file") continue
    if (unread !== undefined) leave(path, unread)
    if (size > limits.yaraBytesMax) {
      leave(path, overBytes(size, limits))
      continue
    }
    const bytes = await content.read(0, size)
    await scanOne(bytes, entry)
    if (encoding !== undefined) continue
    if (size > limits.insideBytesMax) {
      leave(path, `what is decoded of ${plural(size, "byte")} (insideBytesMax=${limits.insideBytesMax})`)
      continue
    }
    const look = new Look({ limits, decompress, see: (inside, name) => scanOne(inside, entry, name) })
    const { structure } = await look.file(bytes)
    for (const why of new Set(stops(structure))) leave(path, `what is inside was not read whole: ${why}`)
    if (look.cost.members >= limits.insideMembersMax)
      leave(path, `what is inside of members behind the first ${limits.insideMembersMax} (insideMembersMax)`)
  }
  const files = yara.files.map(({ path, sha256 }) => ({ path, sha256 }))
  return { scan: { engine: yara.engine, files, scanned, found, unscanned }, isWhole }
}

const overBytes = (bytes: number, { yaraBytesMax }: Limits): string => `it has ${plural(bytes, "byte")} (yaraBytesMax=${yaraBytesMax})`

/** Why walkers of what is inside did not get to the end. */
function stops(structure: Structure | undefined): readonly string[] {
  if (structure === undefined) return []
  const { stopped, content, members } = structure
  return [
    ...(stopped === undefined ? [] : [stopped.why]),
    ...stops(content?.structure),
    ...(members?.listed ?? []).flatMap((one) => stops(one.structure)),
  ]
}
