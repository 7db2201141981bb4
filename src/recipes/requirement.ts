import { normalName } from "./python.ts"

const name = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`
const start = new RegExp(String.raw`^(${name})\s*(?:\[([^\]]*)\])?(.*)$`, "s")
const isName = new RegExp(`^${name}$`)
const clause = /^(?:===|==|!=|<=|>=|~=|<|>)\s*[\w.*+!-]+$/
const marker = /\s*(?:(\()|(\))|(===|==|!=|<=|>=|~=|<|>|not\s+in\b|in\b)|(and\b|or\b)|([a-z_]+\b)|'([^']*)'|"([^"]*)")/y
/** Longer ones nobody writes. */
const lengthMax = 1024

/**
 * What a dependency says, in one spelling (packaging.python.org, "Dependency specifiers"): name, extras, versions, address and marker. Texts of one form are one
 * dependency; undefined: it is none that can be read whole.
 */
export function normalRequirement(text: string): string | undefined {
  const [what = "", ...conditions] = text.length > lengthMax ? [] : text.split(";")
  const [, project, extras = "", rest = ""] = start.exec(what.trim()) ?? []
  const [address] = /(?<=^@\s*)\S+$/.exec(rest.trim()) ?? []
  const versions = address === undefined ? rest.trim() : ""
  const condition = conditions.length === 0 ? undefined : conditions.join(";")
  if (project === undefined) return undefined
  const named = extras.trim() === "" ? [] : extras.split(",").map((one) => one.trim())
  const clauses = versionsOf(versions)
  const tokens = condition === undefined ? [] : tokensOf(condition)
  if (clauses === undefined || tokens === undefined || !named.every((one) => isName.test(one))) return undefined
  return [normalName(project), named.map(normalName).sort().join(","), clauses, address ?? "", plain(tokens).join(" ")].join(" | ")
}

/** The versions that a specifier allows, in one spelling and order; undefined: it is none. */
export function versionsOf(text: string): string | undefined {
  const bare = /^\((.*)\)$/s.exec(text.trim())?.[1] ?? text.trim()
  if (bare === "") return ""
  const clauses = bare.split(",").map((one) => one.trim())
  return clauses.every((one) => clause.test(one))
    ? clauses
        .map((one) => one.replaceAll(/\s+/g, ""))
        .sort()
        .join(",")
    : undefined
}

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = []
  const source = text.trimEnd()
  marker.lastIndex = 0
  for (let at = 0; at < source.length; at = marker.lastIndex) {
    const found = marker.exec(source)
    if (found === null) return undefined
    const [, open, close, operator, joint, variable, single, double] = found
    const quoted = single ?? double
    if (quoted?.includes('"') === true) return undefined
    const value = quoted === undefined ? undefined : `"${tokens.at(-2) === "extra" ? normalName(quoted) : quoted}"`
    tokens.push(open ?? close ?? operator?.replace(/\s+/, " ") ?? joint ?? variable ?? value ?? "")
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
