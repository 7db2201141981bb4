import { FaultError } from "../../core/fault.ts"
import type { Limits } from "../../core/limits.ts"
import { compareSemver, type Semver, semverOf } from "../semver.ts"

/** What the newest go.mod says of the module and its versions (go.dev/ref/mod, "Go.mod files"). */
export interface GoMod {
  /** The text behind `Deprecated:`; undefined: it is not. */
  readonly deprecated: string | undefined
  readonly retracted: readonly (Span & { readonly why: string })[]
}

/** Versions from one to another, both among them. */
interface Span {
  readonly low: Semver
  readonly high: Semver
}

/** Only `module` and `retract` are read; a line of another form is none of them. */
export function parseGoMod(bytes: Uint8Array, limits: Limits): GoMod {
  const bound = (limit: "goModCommentsMax" | "goModRetractionsMax", count: number): void => {
    if (count > limits[limit]) throw new FaultError({ kind: "over-limit", layer: "go.mod", limit, max: limits[limit] })
  }
  const retracted: (Span & { readonly why: string })[] = []
  let deprecated: string | undefined
  let block: string | undefined
  /** Comments right above the line. */
  let above: string[] = []
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    const slashes = line.indexOf("//")
    const words = (slashes < 0 ? line : line.slice(0, slashes)).trim()
    if (slashes >= 0) above.push(line.slice(slashes + 2).trim())
    else if (words === "") above = []
    bound("goModCommentsMax", above.length)
    if (words === "") continue
    const comments = above
    above = []
    const opened = /^([a-z]+)\s*\($/.exec(words)?.[1]
    if (opened !== undefined) block = opened
    else if (words === ")") block = undefined
    else {
      const [, verb = "", rest = ""] = block === undefined ? (/^([a-z]+)\s+(.*)$/.exec(words) ?? []) : ["", block, words]
      if (verb === "module") deprecated ??= /(?:^|\n)Deprecated:\s*([^\n]*)/.exec(comments.join("\n"))?.[1]
      const span = verb === "retract" ? spanOf(rest) : undefined
      if (span !== undefined) retracted.push({ ...span, why: comments.join(" ").trim() })
      bound("goModRetractionsMax", retracted.length)
    }
  }
  return { deprecated, retracted }
}

/** `v1.2.3` or `[v1.0.0, v1.2.3]`, also in quotes. */
function spanOf(text: string): Span | undefined {
  const [, from, to] = /^\[\s*([^\s,\]]+)\s*,\s*([^\s,\]]+)\s*\]$/.exec(text) ?? [undefined, text, text]
  const [low, high] = [from, to].map((one) => semverOf((one ?? "").replace(/^(["`])(.*)\1$/, "$2")))
  return low === undefined || high === undefined ? undefined : { low, high }
}

/** Why this version was taken back ("" where no reason stands there); undefined: it was not. */
export function retraction({ retracted }: GoMod, version: string): string | undefined {
  const asked = semverOf(version)
  return asked === undefined ? undefined : retracted.find((one) => isWithin(asked, one))?.why
}

const isWithin = (asked: Semver, { low, high }: Span): boolean => compareSemver(low, asked) <= 0 && compareSemver(asked, high) <= 0

/** The same for many versions, without a look at each span for each of them: spans that meet become one, and they are searched in their order. */
export function retractions({ retracted }: GoMod): (version: string) => boolean {
  const spans: Span[] = []
  const inOrder = retracted.filter(({ low, high }) => compareSemver(low, high) <= 0).sort((a, b) => compareSemver(a.low, b.low))
  for (const { low, high } of inOrder) {
    const last = spans.at(-1)
    if (last === undefined || compareSemver(last.high, low) < 0) spans.push({ low, high })
    else if (compareSemver(last.high, high) < 0) spans.splice(-1, 1, { low: last.low, high })
  }
  return (version) => {
    const asked = semverOf(version)
    if (asked === undefined) return false
    let [first, behind] = [0, spans.length]
    while (first < behind) {
      const middle = (first + behind) >>> 1
      const span = spans[middle]
      if (span !== undefined && compareSemver(span.low, asked) <= 0) first = middle + 1
      else behind = middle
    }
    const nearest = spans[first - 1]
    return nearest !== undefined && isWithin(asked, nearest)
  }
}
