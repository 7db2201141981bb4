import { plural } from "../../core/count.ts"
import type { Constructor } from "../../model/binary.ts"
import { byDoubts, type Held, ofBinaries, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { sourceless } from "../sourceless.ts"
import { isStartCode, kindOf, type SymbolKind } from "../symbol-kinds.ts"

/** Code that runs when a library is loaded, whether or not anything of it is called. Most set a table up; one that starts programs, asks the network, or unlocks memory does what a caller should have asked for. */
export const binaryConstructor: Rule<InspectedSubject> = {
  id: "binary/constructor",
  version: 2,
  question: "Is there code that runs when a binary is loaded or unloaded, besides what compilers put there?",
  check: (subject) =>
    ofBinaries(subject, (held, { words }) => {
      const own = held.binary.constructors.filter((one) => !isTrivial(one))
      if (own.length === 0) return undefined
      const doubts = doubtsOf(own, [...isNew(held), ...sourceless(own, { held, words, files: subject })])
      const reached = some(own.flatMap(({ reach }) => reach?.imports.filter((name) => !isStartCode(name)) ?? []))
      const followed = own.some(({ reach }) => reach === undefined)
        ? "not followed"
        : reached === ""
          ? "which reach no other object"
          : `which reach ${reached}`
      return {
        severity: byDoubts(doubts),
        message: `${plural(own.length, "function")} run when it is loaded or unloaded (${some(own.map(named))}), ${[followed, ...doubts].join(", and ")}`,
      }
    }),
}

const named = ({ name, address, from }: Constructor): string => `${name ?? `0x${address.toString(16)}`} by ${from}`

/** Longer ones do something besides registering with the C library. */
const trivialMax = 60

/** What compilers' start code does: by what it reaches, never by its name. */
function isTrivial({ reach }: Constructor): boolean {
  return (
    reach?.isWhole === true &&
    reach.systemCalls === 0 &&
    reach.unknown === 0 &&
    reach.instructions <= trivialMax &&
    reach.imports.every(isStartCode)
  )
}

/** What a caller should have asked for; the second are used by pools, locks and logs of honest libraries too, and count beside another doubt. */
const alone: ReadonlySet<SymbolKind | undefined> = new Set<SymbolKind>(["process", "tracing"])
const beside: ReadonlySet<SymbolKind | undefined> = new Set<SymbolKind>(["network", "protection of memory"])

function doubtsOf(own: readonly Constructor[], others: readonly string[]): readonly string[] {
  const found = new Map<SymbolKind, Set<string>>()
  for (const name of own.flatMap(({ reach }) => reach?.imports ?? [])) {
    const kind = kindOf(name)
    if (kind !== undefined && (alone.has(kind) || (beside.has(kind) && others.length > 0)))
      found.set(kind, (found.get(kind) ?? new Set()).add(name))
  }
  if (found.size === 0) return others
  return [`of other objects' ${[...found].map(([kind, names]) => `${kind}: ${some([...names])}`).join("; ")}`, ...others]
}

/** What compilers of C++ make of static objects: they are set up, and their end is registered. Any new file of a library may have some. */
const isOfLanguage = ({ reach }: Constructor): boolean =>
  reach?.isWhole === true &&
  reach.systemCalls === 0 &&
  reach.imports.every((name) => isStartCode(name) || /^(?:__cxa_atexit|_ZNSt8ios_base4InitC1Ev)$/.test(name))

function isNew({ binary, before }: Held): readonly string[] {
  const own = (constructors: readonly Constructor[]): number => constructors.filter((one) => !isTrivial(one) && !isOfLanguage(one)).length
  return before !== undefined && own(before.constructors) === 0 && own(binary.constructors) > 0
    ? ["where the release before it had none"]
    : []
}
