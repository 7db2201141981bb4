import { Tiling } from "../core/claim.ts"
import { explainFault, type Fault } from "../core/fault.ts"
import type { Limits } from "../core/limits.ts"
import type { Notes } from "../core/reader.ts"
import type { Stop, Structure } from "../model/inside.ts"

export const layerName = "content"

/** Runs and oddities of one layer that are told one by one. */
const toldMax = 8
/** Characters of one sentence, which may repeat the names of hostile members. */
const sentenceMax = 1000
const clipped = (sentence: string): string => sentence.slice(0, sentenceMax).toWellFormed()

/** What a walker tells of one layer. */
export class Layer implements Notes {
  readonly tiling = new Tiling(toldMax)
  readonly #odd: string[] = []
  #count = 0

  claim(claim: Parameters<Notes["claim"]>[0]): void {
    this.tiling.add(claim)
  }

  anomaly({ kind, message, path, offset }: Parameters<Notes["anomaly"]>[0]): void {
    this.#count += 1
    const at = offset === undefined ? "" : ` at ${offset}`
    if (this.#odd.length < toldMax) this.#odd.push(clipped(`${kind}${at}: ${path === undefined ? "" : `${path}: `}${message}`))
  }

  get told(): Pick<Structure, "unexplained" | "anomalies"> {
    const runs = this.tiling.unexplained.map(({ start, end, why = "" }) => ({ start, end, why: clipped(why) }))
    return {
      unexplained: { bytes: this.tiling.totals.get("unexplained")?.bytes ?? 0, runs },
      anomalies: { count: this.#count, first: this.#odd },
    }
  }
}

/** A decoder's own words come without a place: it is given the stream, and says no more than that. */
export function stopOf(fault: Fault, limits: Limits): Stop {
  if (fault.kind === "malformed")
    return { kind: "malformed", ...(fault.layer === layerName ? { at: fault.offset } : {}), why: clipped(`expected ${fault.expected}`) }
  if (fault.kind !== "over-limit") return { kind: "unavailable", why: clipped(explainFault(fault)) }
  const limit = fault.limit === "layerBytesMax" ? "insideBytesMax" : fault.limit
  return { kind: "over-limit", why: `${limit} (${limits[limit]})` }
}
