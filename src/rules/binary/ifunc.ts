import { plural } from "../../core/count.ts"
import type { Resolver } from "../../model/binary.ts"
import { byDoubts, type Held, ofBinaries, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"
import { sourceless } from "../sourceless.ts"
import { isFeatureTest } from "../symbol-kinds.ts"

/**
 * A resolver of an indirect function runs while the dynamic linker still binds symbols, before any check of the program. Honest ones ask the processor what it can do and return. One that calls out, or that
 * comes from no source of the release, may do anything at the best moment there is.
 */
export const binaryIfunc: Rule<InspectedSubject> = {
  id: "binary/ifunc",
  version: 2,
  question: "Is there code that runs while symbols are bound, to choose a function?",
  check: (subject) =>
    ofBinaries(subject, (held, opaques) => {
      const { resolvers } = held.binary
      if (resolvers.length === 0) return undefined
      const doubts = [...callsOut(held), ...isNew(held), ...sourceless(resolvers, { held, words: opaques.words, files: subject })]
      const names = resolvers.map(named)
      const followed = resolvers.every(({ reach }) => reach !== undefined) ? "which ask the processor alone" : "which were not followed"
      return {
        severity: byDoubts(doubts),
        message: `${plural(resolvers.length, "resolver")} of indirect functions (${some(names)}), ${doubts.length === 0 ? followed : doubts.join(", and ")}`,
      }
    }),
}

const named = ({ name, address }: Resolver): string => name ?? `0x${address.toString(16)}`

function callsOut({ opaque, binary: { resolvers } }: Held): readonly string[] {
  // Members of one library are linked with each other.
  const isOwn = (name: string): boolean => opaque.binaries.some(({ member, exports }) => member !== undefined && exports.includes(name))
  const odd = resolvers.flatMap((one) =>
    (one.reach?.imports ?? []).filter((name) => !isFeatureTest(name) && !isOwn(name)).map((name) => ({ one, name })),
  )
  const silent = resolvers.filter(({ reach }) => (reach?.systemCalls ?? 0) > 0)
  return [
    ...(odd.length === 0
      ? []
      : [`of which ${some(odd.map(({ one }) => named(one)))} reach ${some(odd.map(({ name }) => name))} of other objects`]),
    ...(silent.length === 0 ? [] : [`of which ${some(silent.map(named))} reach system calls`]),
  ]
}

const isNew = ({ binary, before }: Held): readonly string[] =>
  before !== undefined && before.resolvers.length === 0 && binary.resolvers.length > 0 ? ["where the release before it had none"] : []
