import { normalName } from "./python.ts"

const name = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`
const requirement = new RegExp(String.raw`^\s*(${name})\s*(?:\[([^\]]*)\])?\s*([^;@]*?)\s*(?:@\s*([^\s;]+)\s*)?(?:;(.*))?$`, "s")
const clause = /^(?:===|==|!=|<=|>=|~=|<|>)\s*[\w.*+!-]+$/
const marker = /\s*(?:(\()|(\))|(===|==|!=|<=|>=|~=|<|>|not\s+in\b|in\b)|(and\b|or\b)|([a-z_]+\b)|'([^']*)'|"([^"]*)")/y
/** Longer ones nobody writes. */
const lengthMax = 4096

/**
 * What a dependency says, in one spelling (packaging.python.org, "Dependency specifiers"): name, extras, versions, address and marker. Texts of one form are one
 * dependency; undefined: it is none that can be read whole. `extra`: it holds for this one alone.
 */
export function normalRequirement(text: string, extra?: string): string | undefined {
  const [, project, extras = "", versions = "", address, condition] = (text.length > lengthMax ? null : requirement.exec(text)) ?? []
  if (project === undefined || (address !== undefined && versions !== "")) return undefined
  const named = extras.trim() === "" ? [] : extras.split(",").map((one) => one.trim())
  const clauses = versionsOf(versions)
  if (clauses === undefined || !named.every((one) => new RegExp(`^${name}$`).test(one))) return undefined
  const own = condition === undefined ? undefined : tokensOf(condition)
  if (condition !== undefined && own === undefined) return undefined
  const asked = extra === undefined ? [] : ["extra", "==", `"${normalName(extra)}"`]
  const both = own !== undefined && asked.length > 0 ? ["and"] : []
  // Parentheses stay where `or` stands among them: what binds closer needs none.
  const guarded = own?.includes("or") === true && asked.length > 0 ? ["(", ...own, ")"] : (own ?? [])
  return [
    normalName(project),
    named.map(normalName).sort().join(","),
    clauses,
    address ?? "",
    plain([...guarded, ...both, ...asked]).join(" "),
  ].join(" | ")
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

/** Without the parentheses around a whole condition or around terms that `and` alone joins: they change nothing. */
function plain(tokens: readonly string[]): readonly string[] {
  const open: number[] = []
  const gone = new Set<number>()
  for (const [at, token] of tokens.entries()) {
    if (token === "(") open.push(at)
    const start = token === ")" ? open.pop() : undefined
    if (start === undefined) continue
    const isWhole = start === 0 && at === tokens.length - 1
    if (isWhole || !tokens.slice(start, at).includes("or")) gone.add(start).add(at)
  }
  return tokens.filter((_, at) => !gone.has(at))
}
