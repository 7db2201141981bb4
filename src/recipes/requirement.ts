import { normalName } from "./python.ts"

const name = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`
// White space is a blank or a tab (PEP 508, `wsp`): a byte of a name in UTF-8 is none.
const start = new RegExp(String.raw`^[ \t]*(${name})[ \t]*(?:\[([^\]]*)\])?[ \t]*(.*)$`, "s")
const isName = new RegExp(`^${name}$`)
const clause = /^(?:===|==|!=|<=|>=|~=|<|>)[ \t]*[\w.*+!-]+$/
const marker = /[ \t]*(?:(\()|(\))|(===|==|!=|<=|>=|~=|<|>|not[ \t]+in\b|in\b)|(and\b|or\b)|([a-z_]+\b)|'([^']*)'|"([^"]*)")/y
/** Longer ones nobody writes. */
const lengthMax = 1024

/**
 * What a dependency says, in one spelling (packaging.python.org, "Dependency specifiers"): name, extras, versions, address and marker. Texts of one form are one
 * dependency; undefined: it is none that can be read whole.
 */
export function normalRequirement(text: string): string | undefined {
  const { what, condition } = conditionOf(text.length > lengthMax ? "" : text)
  const [, project, extras = "", rest = ""] = start.exec(what) ?? []
  const [, address] = /^@[ \t]*([^ \t]+)$/.exec(trimmed(rest)) ?? []
  const versions = address === undefined ? rest : ""
  if (project === undefined) return undefined
  const named = trimmed(extras) === "" ? [] : extras.split(",").map(trimmed)
  const clauses = versionsOf(versions)
  const tokens = condition === undefined ? [] : tokensOf(condition)
  if (clauses === undefined || tokens === undefined || !named.every((one) => isName.test(one))) return undefined
  return [normalName(project), named.map(normalName).sort().join(","), clauses, address ?? "", plain(tokens).join(" ")].join(" | ")
}

/** What is depended on, and the marker behind it. An address goes up to white space: a `;` that stands right behind it is a part of it (PEP 508, "Grammar", `url_req`). */
export function conditionOf(text: string): { readonly what: string; readonly condition: string | undefined } {
  const hasAddress = /^[^;]*@/.test(text)
  const [, what = text, condition] = (hasAddress ? /^([^;@]*@[ \t]*[^ \t]+)[ \t]+;(.*)$/s : /^([^;]*);(.*)$/s).exec(text) ?? []
  return { what, condition }
}

/** The versions that a specifier allows, in one spelling and order; undefined: it is none. */
export function versionsOf(text: string): string | undefined {
  const bare = trimmed(/^\((.*)\)$/s.exec(trimmed(text))?.[1] ?? text)
  if (bare === "") return ""
  const clauses = bare.split(",").map(trimmed)
  return clauses.every((one) => clause.test(one))
    ? clauses
        .map((one) => one.replaceAll(/[ \t]+/g, ""))
        .sort()
        .join(",")
    : undefined
}

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = []
  const source = trimmed(text)
  marker.lastIndex = 0
  for (let at = 0; at < source.length; at = marker.lastIndex) {
    const found = marker.exec(source)
    if (found === null) return undefined
    const [, open, close, operator, joint, variable, single, double] = found
    const quoted = single ?? double
    if (quoted?.includes('"') === true) return undefined
    const value = quoted === undefined ? undefined : `"${tokens.at(-2) === "extra" ? normalName(quoted) : quoted}"`
    tokens.push(open ?? close ?? operator?.replace(/[ \t]+/, " ") ?? joint ?? variable ?? value ?? "")
  }
  return tokens
}

/** Without the parentheses around a whole condition, around others, or around terms that `and` alone joins: they change nothing. */
function plain(tokens: readonly string[]): readonly string[] {
  const open: number[] = []
  const gone = new Set<number>()
  for (const [at, token] of tokens.entries()) {
    if (token === "(") open.push(at)
    const start = token === ")" ? open.pop() : undefined
    if (start === undefined) continue
    const isWhole = start === 0 && at === tokens.length - 1
    const isTwice = tokens[start - 1] === "(" && tokens[at + 1] === ")"
    if (isWhole || isTwice || !tokens.slice(start, at).includes("or")) gone.add(start).add(at)
  }
  return tokens.filter((_, at) => !gone.has(at))
}

const isBlank = (one: string | undefined): boolean => one === " " || one === "\t"

function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start])) start += 1
  while (start < end && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}
