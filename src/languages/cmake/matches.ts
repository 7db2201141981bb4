import type { Mapped } from "../mapped.ts"
import type { Command } from "./reader.ts"

/** Parts of what was matched, the whole as the first (cmake-variables(7), "CMAKE_MATCH_<n>"). */
export const partsOfMatch = Array.from({ length: 10 }, (_, index) => `CMAKE_MATCH_${index}`)

/** What a condition matches: the name of a variable, or a text. */
export const matchedIn = ({ args }: Command): readonly Mapped[] =>
  args.flatMap((_, index) => (args[index + 1]?.of.text === "MATCHES" ? (args[index]?.of ?? []) : []))
