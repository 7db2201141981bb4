import { number } from "../../core/count.ts"
import { wordsBehind } from "../../core/symbol-words.ts"
import type { BinaryFacts, Constructor, Import, Resolver } from "../../model/binary.ts"
import type { OpaqueFacts, Opaques } from "../../model/opaque.ts"
import { type Held, ofBinaries, some } from "../binaries.ts"
import type { Answer, InspectedSubject, Rule } from "../rule.ts"
import { kindOf, type SymbolKind } from "../symbol-kinds.ts"

/** What is compiled of a source can only import what some text of it names, or what its compiler adds. An import that no text can need came with an object of another source. */
export const binaryForeignImport: Rule<InspectedSubject> = {
  id: "binary/foreign-import",
  version: 1,
  question: "Does a binary import what no text of the release or of the commit can need?",
  check: answer,
}

function answer(subject: InspectedSubject): Answer {
  const words = subject.inspection.opaques?.words
  if (subject.inspection.opaques !== undefined && words === undefined)
    return { outcome: "not-assessed", why: "no texts were read for the words in them" }
  return ofBinaries(subject, (held) => judged(held, words))
}

/** With more than this share of its imports unnamed, the texts are not the source of this binary. */
const ownShareMax = 0.1
const ownMin = 2

function judged({ opaque, binary, before }: Held, words: Opaques["words"]) {
  if (words === undefined) return undefined
  const imports = binary.imports.filter((one) => isSystems(one) && !isSiblings(one.name, opaque))
  const foreign = imports.map(({ name }) => name).filter((name) => !isNamed(name, words))
  if (foreign.length === 0) return undefined
  if (foreign.length > Math.max(ownMin, ownShareMax * imports.length))
    return {
      severity: "note" as const,
      message: `imports ${number(foreign.length)} of ${number(imports.length)} symbols of the system that no text names, so it is of other sources`,
    }
  const had = new Set(before?.imports.map(({ name }) => name))
  const added = before === undefined ? [] : foreign.filter((name) => !had.has(name))
  const early = earlyReach(binary)
  const isEarly = foreign.some((name) => early.has(name))
  return {
    severity: added.length > 0 || isEarly ? ("alarm" as const) : ("review" as const),
    message: `imports ${some(foreign)}, which no text of the release or the commit can need${added.length > 0 ? `; new: ${some(added)}` : ""}${isEarly ? "; it is reached when the binary is loaded" : ""}`,
  }
}

function isNamed(name: string, words: NonNullable<Opaques["words"]>): boolean {
  const behind = wordsBehind(name)
  return behind.length === 0 || behind.some((word) => words.has(word))
}

/** Headers of other libraries put what they like in place of a word, and are not here; those of the C library are known. An object does not say yet where its imports will come from. */
const isSystems = ({ name, version, library }: Import): boolean =>
  version === undefined
    ? /^_(?!Z)/.test(name) || isOfSystem(kindOf(name))
    : /^(?:libc|ld-linux\S*|ld64|libm|libpthread|libdl|librt|libresolv|libutil)\.so/.test(library ?? "")
const isOfSystem = (kind: SymbolKind | undefined): boolean => kind !== undefined && kind !== "cryptography"

const isSiblings = (name: string, { binaries }: OpaqueFacts): boolean =>
  binaries.some(({ member, exports }) => member !== undefined && exports.includes(name))

const earlyReach = ({ resolvers, constructors }: BinaryFacts): ReadonlySet<string> =>
  new Set([...resolvers, ...constructors].flatMap(({ reach }: Resolver | Constructor) => reach?.imports ?? []))
