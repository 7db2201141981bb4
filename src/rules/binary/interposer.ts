import type { BinaryFacts } from "../../model/binary.ts"
import type { Severity } from "../../model/finding.ts"
import { type Held, ofBinaries, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { kindOf, type SymbolKind } from "../symbol-kinds.ts"

/** The first definition of a name wins in a process: a library that exports another's function takes its calls. The owner of an interface exports much of it, a taker a few names. */
export const binaryInterposer: Rule<InspectedSubject> = {
  id: "binary/interposer",
  version: 1,
  question: "Does a binary export functions of another library's interface, so that it gets the calls?",
  check: (subject) =>
    ofBinaries(subject, (held) => {
      const taken = takenBy(held.binary)
      if (taken.size === 0) return undefined
      const passesOn = held.binary.imports.some(({ name }) => /^dlv?sym$/.test(name))
      const words = [...taken].map(([kind, names]) => `${kind} (${some(names, 3)})`).join(", ")
      const isNew = before(held, taken)
      return {
        severity: severityOf({ taken, passesOn, isNew }),
        message: `exports functions of ${words}${passesOn ? ", and looks for the next of a name" : ""}${isNew ? ", where the release before it did not" : ""}`,
      }
    }),
}

/** Kinds that a program trusts with something; the rest are replaced for speed or for tests. */
const trusted: ReadonlySet<SymbolKind> = new Set<SymbolKind>([
  "process",
  "network",
  "accounts",
  "cryptography",
  "dynamic linking",
  "tracing",
])

function severityOf({
  taken,
  passesOn,
  isNew,
}: {
  readonly taken: ReadonlyMap<SymbolKind, readonly string[]>
  readonly passesOn: boolean
  readonly isNew: boolean
}): Severity {
  const isTrusted = [...taken.keys()].some((kind) => trusted.has(kind))
  if (isTrusted && isNew) return "alarm"
  return isNew || (isTrusted && passesOn) ? "review" : "note"
}

/** Who exports so many of an interface is its home. */
const ownerMin = 20

function takenBy({ kind, exports, soname }: BinaryFacts): ReadonlyMap<SymbolKind, readonly string[]> {
  const taken = new Map<SymbolKind, string[]>()
  if (kind !== "library") return taken
  for (const name of exports) {
    const of = kindOf(name)
    if (of === undefined) continue
    const names = taken.get(of)
    if (names === undefined) taken.set(of, [name])
    else names.push(name)
  }
  const isOwner = [...taken.values()].some((names) => names.length >= ownerMin)
  for (const of of taken.keys()) if (isOwner || (of === "dynamic linking" && /^ld[-.]/.test(soname ?? ""))) taken.delete(of)
  return taken
}

function before(held: Held, taken: ReadonlyMap<SymbolKind, readonly string[]>): boolean {
  if (held.before === undefined) return false
  const had = takenBy(held.before)
  return [...taken.keys()].some((kind) => !had.has(kind))
}
