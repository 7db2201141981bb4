import { ofBinaries, some } from "../binaries.ts"
import type { InspectedSubject, Rule } from "../rule.ts"

/** Memory that may be written and run lets a single write become code. Linkers make none unless they are told to, or an assembler source says nothing of its stack. */
export const binaryWritableExecutable: Rule<InspectedSubject> = {
  id: "binary/writable-executable",
  version: 1,
  question: "Has a binary memory that may be both written and run?",
  check: (subject) =>
    ofBinaries(subject, ({ binary: { writableExecutable, stack, kind, machine }, before }) => {
      const hadNone = before !== undefined && before.writableExecutable.length === 0
      if (writableExecutable.length > 0)
        return {
          severity: hadNone ? "alarm" : "review",
          message: `may be written and run: ${some(writableExecutable)}${hadNone ? ", where the release before it had none" : ""}`,
        }
      const isNew = before !== undefined && before.stack === "plain"
      if (stack === "executable" && kind !== "core")
        return {
          severity: isNew ? "alarm" : "review",
          message: `asks for a stack that may be run${isNew ? ", where the release before it did not" : ""}`,
        }
      // On other machines the default is a stack that may not be run.
      if (stack === "unsaid" && kind !== "core" && /^x86/.test(machine))
        return { severity: "note", message: "does not say whether its stack may be run, so it may" }
      return undefined
    }),
}
