import { opensExpression, type Token, tokenize } from "./tokens.ts"

/** An import or re-export; `specifier` is undefined when the code computes it. */
export interface Import {
  readonly specifier: string | undefined
  readonly line: number
}

export interface SourceFacts {
  readonly imports: readonly Import[]
  /** Forbidden constructs, `line N: what`. */
  readonly forbidden: readonly string[]
  /** Reads of the network, the process, the clock or chance, `line N: what`. */
  readonly impure: readonly string[]
}

/** Everything the architecture test asks of one file. */
export function readSource(source: string): SourceFacts {
  const tokens = tokenize(source)
  const { imports, within } = findImports(tokens)
  return { imports, forbidden: findForbidden(tokens, within), impure: findImpure(tokens) }
}

const isSign = (token: Token | undefined, text: string): boolean => token?.kind === "sign" && token.text === text
const isWord = (token: Token | undefined, text: string): boolean => token?.kind === "word" && token.text === text
const isMember = (tokens: readonly Token[], at: number): boolean => isSign(tokens[at - 1], ".") || isSign(tokens[at - 1], "?.")

/** `within`: positions of tokens that belong to an import or export clause, where `as` renames. */
function findImports(tokens: readonly Token[]): { imports: readonly Import[]; within: ReadonlySet<number> } {
  const imports: Import[] = []
  const within = new Set<number>()
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || isMember(tokens, at) || isSign(tokens[at + 1], ":")) continue
    if (token.text === "require" && isSign(tokens[at + 1], "(")) imports.push({ specifier: undefined, line: token.line })
    if (token.text === "import" && isSign(tokens[at + 1], "(")) {
      const [argument, after] = [tokens[at + 2], tokens[at + 3]]
      const isPlain = argument?.kind === "string" && (isSign(after, ")") || isSign(after, ","))
      imports.push({ specifier: isPlain ? argument.text : undefined, line: token.line })
    } else if (token.text === "import" && !isSign(tokens[at + 1], ".")) {
      let end = at + 1
      while (end < tokens.length && tokens[end]?.kind !== "string") within.add(end++)
      imports.push({ specifier: tokens[end]?.text, line: token.line })
    } else if (token.text === "export") {
      const clause = exportClauseEnd(tokens, at)
      if (clause === undefined) continue
      for (let inside = at + 1; inside < clause; inside += 1) within.add(inside)
      if (isWord(tokens[clause], "from")) imports.push({ specifier: tokens[clause + 1]?.text, line: token.line })
    }
  }
  return { imports, within }
}

/** The position behind `export {...}`, `export *` or `export * as name`; undefined for an export of a declaration. */
function exportClauseEnd(tokens: readonly Token[], at: number): number | undefined {
  const start = isWord(tokens[at + 1], "type") ? at + 2 : at + 1
  if (isSign(tokens[start], "*")) return isWord(tokens[start + 1], "as") ? start + 3 : start + 1
  if (!isSign(tokens[start], "{")) return undefined
  const close = tokens.findIndex((token, position) => position > start && isSign(token, "}"))
  return close === -1 ? tokens.length : close + 1
}

function findForbidden(tokens: readonly Token[], within: ReadonlySet<number>): readonly string[] {
  const found: string[] = []
  for (const [at, token] of tokens.entries()) {
    const [before, next] = [tokens[at - 1], tokens[at + 1]]
    const say = (what: string): number => found.push(`line ${token.line}: ${what}`)
    if (isSign(token, "!") && before !== undefined && before.end === token.start && !opensExpression(before)) say("non-null !")
    if (token.kind !== "word" || isMember(tokens, at)) continue
    if (token.text === "default" && (isWord(before, "export") || (within.has(at) && isWord(before, "as") && isSign(next, "}"))))
      say("default export")
    if (within.has(at)) continue
    const isKey = isSign(next, ":") || (isSign(next, "?") && isSign(tokens[at + 2], ":"))
    if (token.text === "any" && !isKey && isTypePosition(tokens, at)) say("any")
    if (token.text === "enum" && next?.kind === "word") say("enum")
    if (token.text === "namespace" && next?.kind === "word") say("namespace")
    if (token.text === "as" && !isKey && !opensExpression(before) && !isWord(next, "const")) say(`as ${next?.text ?? ""}`)
  }
  return found
}

const beforeType = new Set([":", "<", "|", "&", "=>", "as", "is", "extends", "satisfies", "keyof"])

/** A variable may be called `any`. (In the middle of a list of type arguments Biome's noExplicitAny sees the type, this does not.) */
function isTypePosition(tokens: readonly Token[], at: number): boolean {
  const [before, next] = [tokens[at - 1], tokens[at + 1]]
  if (before !== undefined && before.kind !== "string" && beforeType.has(before.text)) return true
  if (isSign(before, "=") && isWord(tokens[at - 3], "type")) return true
  return isSign(next, ">") || (isSign(next, "[") && isSign(tokens[at + 2], "]"))
}

/** Words that reach outside when they stand free; and members of the clock and of chance. */
const freeWords = new Set(
  "fetch process globalThis performance setTimeout setInterval setImmediate WebSocket eval Function Intl navigator".split(" "),
)
const members = new Map([
  ["Date", new Set(["now"])],
  ["Math", new Set(["random"])],
  ["crypto", new Set(["randomUUID", "getRandomValues"])],
])
const importedChance = new Set(["randomBytes", "randomInt", "randomUUID", "randomFillSync", "webcrypto"])

function findImpure(tokens: readonly Token[]): readonly string[] {
  const found: string[] = []
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word") continue
    const next = tokens[at + 1]
    const say = (what: string): number => found.push(`line ${token.line}: ${what}`)
    if (token.text === "localeCompare" || token.text === "toLocaleString") say(`${token.text} (locale order)`)
    if (isMember(tokens, at) || isSign(next, ":") || isSign(next, "?")) continue
    if (freeWords.has(token.text)) say(token.text)
    if (importedChance.has(token.text)) say(token.text)
    const member = isSign(next, ".") ? tokens[at + 2]?.text : undefined
    if (member !== undefined && members.get(token.text)?.has(member)) say(`${token.text}.${member}`)
    if (token.text === "Date" && isWord(tokens[at - 1], "new") && isSign(next, "(") && isSign(tokens[at + 2], ")")) say("new Date()")
  }
  return found
}
