import type { Value } from "./code.ts"

const spellingsMax = 64

/** Each text that a value may be, the first of them where they are many; `other` spells what is no text and not made of values one behind another or one of several. */
export function spellingsOf(value: Value, other: (value: Value) => readonly string[]): readonly string[] {
  switch (value.kind) {
    case "text":
      return [value.text]
    case "either":
      return value.of.flatMap((one) => spellingsOf(one, other)).slice(0, spellingsMax)
    case "joined": {
      let all: readonly string[] = [""]
      for (const part of value.parts) {
        const ends = spellingsOf(part, other)
        all = all.flatMap((start) => ends.map((end) => start + end)).slice(0, spellingsMax)
      }
      return all
    }
    default:
      return other(value).slice(0, spellingsMax)
  }
}
