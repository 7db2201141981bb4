import { belowRoot } from "../../core/path.ts"
import type { Exemption } from "../../model/policy.ts"
import type { Report } from "../../model/report.ts"
import type { RefusedReview } from "../../model/review.ts"
import type { Seen } from "../../rules/index.ts"

/** A clock that stands before this was written would let every word hold for ever. */
const firstDay = "2026-01-01"

/** The exemptions that a policy has, as one report meets them: which hold for a cause, and why one that is for the very place does not. */
export class Exemptions {
  readonly #byPath: ReadonlyMap<string, readonly Exemption[]>
  readonly #digests: ReadonlyMap<string, ReadonlySet<string>>
  readonly #root: string
  readonly #day: string

  constructor(all: readonly Exemption[], { artifact, ledger }: Report, day: string) {
    this.#byPath = Map.groupBy(all, ({ path }) => path)
    this.#root = artifact.root
    this.#day = day
    const digests = Map.groupBy(ledger.entries, ({ path }) => belowRoot(path, artifact.root))
    const entries = [...digests].map(([path, same]) => [path, new Set(same.map(({ sha256 }) => sha256))] as const)
    this.#digests = new Map([[artifact.name, new Set([artifact.sha256])], ...entries])
  }

  /** Of what is left of an entry, or of what a rule found at a path. No other cause is of bytes that an exemption could name. */
  for(cause: Seen): { readonly holds: Exemption | undefined; readonly refused: readonly RefusedReview[] } {
    if (cause.kind !== "entry" && cause.kind !== "finding") return { holds: undefined, refused: [] }
    const path = belowRoot(cause.at, this.#root)
    const about = (this.#byPath.get(path) ?? []).filter(({ rule }) => rule === cause.finding?.rule)
    const digests = cause.entry === undefined ? this.#digests.get(path) : new Set([cause.entry.sha256])
    const special = cause.entry !== undefined && (Number.parseInt(cause.entry.mode, 8) & 0o7000) !== 0
    const isFile = cause.entry === undefined || cause.entry.type === "file"
    const judged = about.map((exemption) => ({
      exemption,
      why: special
        ? "it is of bytes, and these run with another's rights"
        : isFile
          ? this.#refusal(exemption, digests ?? new Set())
          : "it is of a file's bytes, and this is none",
    }))
    return {
      holds: judged.find(({ why }) => why === undefined)?.exemption,
      refused: judged.flatMap(({ exemption, why }) => (why === undefined ? [] : [{ source: nameOf(exemption), why }])),
    }
  }

  /** Several files of one name: the word is of bytes, and who asks for attention could be another one. */
  #refusal({ sha256, expires }: Exemption, digests: ReadonlySet<string>): string | undefined {
    if (digests.size !== 1 || !digests.has(sha256)) return "it is for other bytes"
    if (this.#day < firstDay) return `the clock is wrong: it says ${this.#day}`
    return expires <= this.#day ? `it expired on ${expires}` : undefined
  }
}

const nameOf = ({ path, rule, owner }: Exemption): string => `exemption of ${path}${rule === undefined ? "" : ` from ${rule}`} by ${owner}`
