import type { Call, Thing } from "./imperative/platform.ts"
import { steps } from "./imperative/rows.ts"

/** Ranges of `tr` written out: `a-e` is `abcde`; a backslash stands before what it takes the meaning from. */
export function charactersOf(list: string): string {
  let out = ""
  for (let at = 0; at < list.length; at++) {
    if (list[at] === "\\" && at + 1 < list.length) at++
    const [first, last] = [list.charCodeAt(at), list[at + 1] === "-" && at + 2 < list.length ? list.charCodeAt(at + 2) : undefined]
    if (last === undefined || last < first || last > 0xff) out += list[at] ?? ""
    else {
      for (let code = first; code <= last; code++) out += String.fromCharCode(code)
      at += 2
    }
  }
  return out
}

/** Each character of `from` becomes the one at its place in `to`, or its last; where `to` is empty it goes. */
export function transliterated(input: string, from: string, to: string): string {
  const isOthers = from.startsWith("^") && from.length > 1
  const [these, those] = [charactersOf(isOthers ? from.slice(1) : from), charactersOf(to)]
  return [...input]
    .map((one) => {
      const at = these.indexOf(one)
      if (isOthers ? at !== -1 : at === -1) return one
      return isOthers ? (those.at(-1) ?? "") : (those[at] ?? those.at(-1) ?? "")
    })
    .join("")
}

/** What the call is on, character for character. */
export function translated(call: Call, from: Thing | undefined, to: Thing | undefined): Thing | undefined {
  const [these, those] = [call.world.constant(from), call.world.constant(to)]
  return steps("translate", "this", (input) =>
    these === undefined || those === undefined ? undefined : transliterated(input, these, those),
  )(call)
}
