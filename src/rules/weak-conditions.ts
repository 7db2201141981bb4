import type { ChangedLines } from "../model/inspection.ts"

/** Checks that changed lines leave without effect. Read word by word; comments are gone already. */
export interface WeakCheck {
  readonly line: number
  readonly why: string
  /** What stood there and stands there now, where that is one line for one. */
  readonly words: string
}

/** Words that end a function or a program well, by the language's own names. */
const success = /^\s*(?:return\s*\(?\s*(?:0|true|TRUE|True|1L?|[A-Z_]*(?:OK|SUCCESS|NO_ERROR))\s*\)?|exit\s*\(?\s*0\s*\)?)\s*;?\s*$/
/** A condition that leads out badly; those of a preprocessor choose between systems. */
const condition = /^(?!\s*#).*\b(?:if|unless|elif|assert)\b/
const leaves = /^(?!\s*#).*\b(?:return|goto|exit|die|raise|throw|abort|fatal|panic|err|errx|error)\b/

/** An assignment of a constant with nothing that compares it, alone in brackets of a condition or beside `&&` and `||` (CERT C, EXP45-C). */
const assigned =
  /(?:\b(?:if|while)\s*\(|&&|\|\|)\s*\(*\s*[A-Za-z_][\w.>[\]-]*(?:->[\w.]+)*\s*=\s*(?:\d\w*|[A-Z][A-Z0-9_]+|true|false|NULL|null)\s*\)(?!\s*(?:[=!<>]=|[<>]))/
/** A condition with a constant that decides it. */
const constant =
  /\b(?:if|elif)\s*\(?\s*(?:0|false|False|FALSE)\s*(?:\)|:|&&|\band\b)|(?:\|\||\bor\b)\s*\(?\s*(?:1|true|True|TRUE)\s*[):]|&&\s*\(?\s*(?:0|false|FALSE)\s*\)/

export function weakChecks({ first, added, removed }: ChangedLines, language: string): readonly WeakCheck[] {
  const isBraced = braced.has(language)
  const found: WeakCheck[] = []
  const say = (index: number, why: string): void => void found.push({ line: first + index, why, words: (added[index] ?? "").trim() })
  for (const [index, line] of added.entries()) {
    if (line.length > lineMax || removed.includes(line)) continue
    if (isBraced && assigned.test(line)) say(index, "a condition assigns a constant and compares nothing")
    else if (constant.test(line)) say(index, "a constant decides a condition")
    else if (success.test(line) && removed.length === 0 && added.every((one) => success.test(one) || /^\s*[{}]?\s*$/.test(one)))
      say(index, "it returns success before what follows")
  }
  if (removed.length === added.length)
    for (const [index, line] of added.entries()) {
      const why = turned(removed[index] ?? "", line)
      if (why !== undefined && !found.some((one) => one.line === first + index)) say(index, why)
    }
  if (isDropped(added, removed))
    found.push({ line: first, why: "a check is gone", words: (removed.find((line) => condition.test(line)) ?? "").trim() })
  return found
}

/** A longer line is no line that somebody wrote. */
const lineMax = 2000

const braced: ReadonlySet<string> = new Set(["c", "javascript", "php", "java"])

/** Only lines went, and among them a condition that led out. */
const isDropped = (added: readonly string[], removed: readonly string[]): boolean =>
  added.every((line) => line.trim() === "") && removed.some((line) => condition.test(line)) && removed.some((line) => leaves.test(line))

const wordsOf = (line: string): readonly string[] => line.match(/\w+|[=!<>]=+|&&|\|\||->|[^\s\w]/g) ?? []
const opposite: Readonly<Record<string, string>> = {
  "==": "!=",
  "!=": "==",
  "<": ">",
  ">": "<",
  "<=": ">",
  ">=": "<",
  "===": "!==",
  "!==": "===",
}

/** A condition that is the same but for one sign. */
function turned(was: string, is: string): string | undefined {
  if (was.length > lineMax || is.length > lineMax || !(condition.test(is) || /\b(?:while|return)\b|&&|\|\|/.test(is))) return undefined
  const [before, after] = [wordsOf(was), wordsOf(is)]
  let at = 0
  while (at < before.length && before[at] === after[at]) at += 1
  const [one = "", other = ""] = [before[at], after[at]]
  const isSame = (from: number, to: number): boolean => before.slice(from).join(" ") === after.slice(to).join(" ")
  if (isSame(at + 1, at + 1)) {
    if (/^[=!]=+$/.test(one) && other === "=") return "a comparison became an assignment"
    if (opposite[one] === other || (one === "<=" && other === ">=") || (one === ">=" && other === "<="))
      return "a condition is turned round"
  }
  const isNegated = (one === "!" && isSame(at + 1, at)) || (other === "!" && isSame(at, at + 1))
  return isNegated ? "a condition is turned round" : undefined
}
