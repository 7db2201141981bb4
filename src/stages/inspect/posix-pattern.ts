import { RE2JS } from "re2js"
import type { Search } from "../../model/code.ts"

/** Answers whether a line of a content matches, in time linear in the content (RE2): the pattern is the release's. */
export type Matcher = (content: string) => boolean

/** Undefined: the pattern is none that RE2 can match (references to groups, say). Content is one character a byte. */
export function compilePattern({ syntax, ignoresCase }: Omit<Search, "pattern" | "within">, pattern: string): Matcher | undefined {
  const flags = RE2JS.MULTILINE | (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
  try {
    const compiled = RE2JS.compile(translated(syntax, pattern), flags)
    if (syntax === "expansion") return (path) => compiled.matcher(path).find() && isExpanded(path, pattern)
    // What ends in a newline has no line behind it, and nothing has no line at all.
    return (content) => content !== "" && compiled.matcher(content.endsWith("\n") ? content.slice(0, -1) : content).find()
  } catch {
    return undefined
  }
}

function translated(syntax: Search["syntax"], pattern: string): string {
  if (syntax === "fixed") return lines(pattern).map(RE2JS.quote).join("|")
  if (syntax === "perl") return pattern
  if (syntax === "basic") return lines(pattern).map(fromBasic).join("|")
  if (syntax === "glob" || syntax === "expansion") return `\\A(?:${fromGlob(pattern)})\\z`
  return lines(pattern).map(fromExtended).join("|")
}

/** grep takes each line of its pattern as one (POSIX.1-2017, grep, "pattern_list"). */
const lines = (pattern: string): readonly string[] => pattern.split("\n")

/**
 * Basic to extended: `\(`, `\{`, `\|`, `\+`, `\?` trade places with the bare ones (POSIX.1-2017, 9.3 and GNU's extensions). A `*` that begins is itself, and so are a
 * `^` that does not and a `$` that does not end.
 */
function fromBasic(pattern: string): string {
  const all = [...tokens(pattern)]
  return collapsed(
    all.map((token, index) => {
      const begins = index === 0 || /^\\[(|]$/.test(all[index - 1] ?? "")
      const ends = index === all.length - 1 || /^\\[)|]$/.test(all[index + 1] ?? "")
      const starless = begins || (all[index - 1] === "^" && (index === 1 || /^\\[(|]$/.test(all[index - 2] ?? "")))
      if (token === "*") return starless ? "\\*" : "*"
      if (token === "^") return begins ? "^" : "\\^"
      if (token === "$") return ends ? "$" : "\\$"
      if (/^\\[(){}|+?]$/.test(token)) return token.slice(1)
      return /^[(){}|+?]$/.test(token) ? `\\${token}` : escaped(token)
    }),
  )
}

const fromExtended = (pattern: string): string => collapsed([...tokens(pattern)].map(escaped))

/** `a+?` is `(a+)?` for POSIX, where RE2 would be content with less: repetitions behind each other become one. */
function collapsed(all: readonly string[]): string {
  const repeats = /^[*+?]$/
  const out: string[] = []
  for (const token of all) {
    const last = out.at(-1) ?? ""
    if (!repeats.test(token) || !repeats.test(last)) out.push(token)
    else if (token !== last) out[out.length - 1] = "*"
  }
  return out.join("")
}

/** GNU's `\<` and `\>` are borders of a word; an escaped letter that RE2 does not know stands for itself. */
function escaped(token: string): string {
  if (token === "\\<" || token === "\\>") return "\\b"
  if (/^\\[a-zA-Z]$/.test(token)) return /^\\[bBwWsS]$/.test(token) ? token : token.slice(1)
  return token
}

/** Escapes and bracket expressions whole, else characters. In brackets a backslash is itself (POSIX.1-2017, 9.3.5), which RE2 wants written twice. */
function* tokens(pattern: string): Generator<string> {
  for (let at = 0; at < pattern.length; ) {
    const bracket = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*\]/.exec(pattern.slice(at, at + bracketMax))?.[0]
    const token = pattern[at] === "\\" ? pattern.slice(at, at + 2) : (bracket ?? pattern.charAt(at))
    yield bracket === token ? bracketed(token) : token
    at += token.length
  }
}

const bracketMax = 512

function bracketed(token: string): string {
  const negated = token.startsWith("[^")
  const inside = token.slice(negated ? 2 : 1, -1).replaceAll("\\", "\\\\")
  const closed = inside.startsWith("]") ? `\\]${inside.slice(1)}` : inside
  return `[${negated ? "^\\n" : ""}${closed.replaceAll(/\[(?![:])/g, "\\[")}]`
}

/**
 * No wildcard takes a period that a name begins with (POSIX.1-2017, 2.13.3), but where one of many options of many shells says so. What a Macintosh writes beside
 * each file is no file of a build; any other such name may be.
 */
const isExpanded = (path: string, pattern: string): boolean => {
  const [name, wanted] = [path, pattern].map((one) => one.slice(one.lastIndexOf("/") + 1))
  return name?.startsWith("._") !== true || /^\\?\./.test(wanted ?? "")
}

/** A glob of a shell over one name or path (POSIX.1-2017, 2.13). */
export function fromGlob(pattern: string): string {
  let out = ""
  for (const token of tokens(pattern)) {
    if (token === "*") out += "[^/]*"
    else if (token === "?") out += "[^/]"
    else if (token.length > 1 && token.startsWith("[")) out += token.replace(/^\[!/, "[^")
    else out += RE2JS.quote(token.startsWith("\\") ? token.slice(1) : token)
  }
  return out
}
