import { compareSemver, semverOf } from "../semver.ts"

/** What the newest go.mod says of the module and its versions (go.dev/ref/mod, "Go.mod files"). */
export interface GoMod {
  /** The text behind `Deprecated:`; undefined: it is not. */
  readonly deprecated: string | undefined
  readonly retracted: readonly { readonly from: string; readonly to: string; readonly why: string }[]
}

const retractionsMax = 10_000

/** Only `module` and `retract` are read; a line of another form is none of them. */
export function parseGoMod(bytes: Uint8Array): GoMod {
  const retracted: { from: string; to: string; why: string }[] = []
  let deprecated: string | undefined
  let block: string | undefined
  /** Comments right above the line. */
  let above: string[] = []
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    const [, code = "", comment] = /^((?:(?!\/\/).)*)(?:\/\/(.*))?$/.exec(line.replace(/\r$/, "")) ?? []
    const words = code.trim()
    if (words === "") {
      above = comment === undefined ? [] : [...above, comment.trim()]
      continue
    }
    const comments = [...above, ...(comment === undefined ? [] : [comment.trim()])]
    above = []
    const opened = /^([a-z]+)\s*\($/.exec(words)?.[1]
    if (opened !== undefined) block = opened
    else if (words === ")") block = undefined
    else {
      const [, verb = "", rest = ""] = block === undefined ? (/^([a-z]+)\s+(.*)$/.exec(words) ?? []) : ["", block, words]
      if (verb === "module") deprecated ??= /(?:^|\n)Deprecated:\s*([^\n]*)/.exec(comments.join("\n"))?.[1]
      const range = verb === "retract" && retracted.length < retractionsMax ? rangeOf(rest) : undefined
      if (range !== undefined) retracted.push({ ...range, why: comments.join(" ").trim() })
    }
  }
  return { deprecated, retracted }
}

/** `v1.2.3` or `[v1.0.0, v1.2.3]`, also in quotes. */
function rangeOf(text: string): { from: string; to: string } | undefined {
  const [, from, to] = /^\[\s*([^\s,\]]+)\s*,\s*([^\s,\]]+)\s*\]$/.exec(text) ?? [undefined, text, text]
  const bare = (one: string | undefined): string => (one ?? "").replace(/^(["`])(.*)\1$/, "$2")
  return semverOf(bare(from)) === undefined || semverOf(bare(to)) === undefined ? undefined : { from: bare(from), to: bare(to) }
}

/** Why this version was taken back ("" where no reason stands there); undefined: it was not. */
export function retraction({ retracted }: GoMod, version: string): string | undefined {
  const asked = semverOf(version)
  if (asked === undefined) return undefined
  return retracted.find(({ from, to }) => {
    const [low, high] = [semverOf(from), semverOf(to)]
    return low !== undefined && high !== undefined && compareSemver(low, asked) <= 0 && compareSemver(asked, high) <= 0
  })?.why
}
