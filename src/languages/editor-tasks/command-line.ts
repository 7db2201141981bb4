import { type Json, membersOf } from "../json.ts"
import { Mapped } from "../mapped.ts"
import { shellWords } from "../words.ts"

/** Of several members of one name the editor takes the last. */
export const lastOf = (of: Json | undefined, name: string): Json | undefined => membersOf(of, name).at(-1)

/** A text, or those of a list. */
export const textsOf = (of: Json): readonly Mapped[] =>
  of.kind === "string" ? [of.of] : of.kind === "array" ? of.items.flatMap((item) => (item.kind === "string" ? [item.of] : [])) : []

interface Word {
  readonly of: Mapped
  /** `plain`: it says nothing of it, and is put between quotes where it has a blank. */
  readonly quoting: "plain" | "weak" | "strong"
}

/** The line that a task gives to a shell; `words`: those of a program that is started without one. Undefined: it names no command. */
export function commandLine(command: Json | undefined, args: Json | undefined, how: "text" | "words"): Mapped | undefined {
  const first = command === undefined ? [] : wordsOf(command)
  if (first.length === 0) return undefined
  const given = args?.kind === "array" ? args.items.flatMap(wordsOf) : args === undefined ? [] : wordsOf(args)
  if (how === "words") return shellWords([...first, ...given].map(({ of }) => of))
  return Mapped.join(
    [...first, ...given].flatMap((word, index) => (index === 0 ? spelled(word, true) : [spaceAt(word.of), ...spelled(word, false)])),
  )
}

/** `"text"`, `["one", "text"]`, or `{ "value": either, "quoting": how }`. */
function wordsOf(of: Json): readonly Word[] {
  const quoting = lastOf(of, "quoting")
  const how = quoting?.kind !== "string" ? "plain" : quoting.of.text === "weak" ? "weak" : "strong"
  const value = of.kind === "object" ? lastOf(of, "value") : of
  const texts = value === undefined ? [] : textsOf(value)
  if (texts.length === 0) return []
  return [{ of: Mapped.join(texts.flatMap((one, index) => (index === 0 ? [one] : [spaceAt(one), one]))), quoting: how }]
}

const spaceAt = (of: Mapped): Mapped => Mapped.still(" ", of.length === 0 ? 0 : of.from(0))

function spelled({ of, quoting }: Word, isCommand: boolean): readonly Mapped[] {
  const isQuoted = /^(["'])[\s\S]*\1$/.test(of.text)
  if (quoting === "plain" && (isCommand || isQuoted || !/\s/.test(of.text))) return [of]
  if (quoting !== "weak") return [shellWords([of])]
  const quote = Mapped.still('"', of.length === 0 ? 0 : of.from(0))
  return [quote, of, quote]
}
