import { plural } from "../../core/count.ts"
import type { OddRelocations } from "../../model/binary.ts"
import { byDoubts, ofBinaries } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Relocations are a small language that the dynamic linker runs. What no linker writes unasked was written for another purpose. */
export const binaryRelocation: Rule<InspectedSubject> = {
  id: "binary/relocation",
  version: 1,
  question: "Has a binary relocations that no linker writes unless it is told to?",
  check: (subject) =>
    ofBinaries(subject, ({ binary: { relocations }, before }) => {
      if (relocations.length === 0) return undefined
      const had = new Set(before?.relocations.map(({ kind }) => kind))
      // Code that is not position-independent has both.
      const kinds = relocations.filter(({ kind }) => kind !== "text-relocations-allowed" || relocations.length === 1)
      const added = before === undefined ? [] : kinds.filter(({ kind }) => !had.has(kind))
      return {
        severity: byDoubts([...kinds.map(({ kind }) => kind), ...(added.length > 0 ? ["new"] : [])]),
        message: `${kinds.map(told).join("; ")}${added.length > 0 ? ", where the release before it had none such" : ""}`,
      }
    }),
}

const told = ({ count, first }: OddRelocations): string => (count === 1 ? first : `${first} (${plural(count, "relocation")} of this kind)`)
