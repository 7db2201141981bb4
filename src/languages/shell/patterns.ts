/** Patterns of the shell (POSIX XCU 2.14), matched without backtracking into earlier stars: the work is at most the product of both lengths. */
type Token = { readonly kind: "star" } | { readonly kind: "one"; readonly fits: (character: string) => boolean }

/** Undefined: a pattern that is not read (an extended one). */
export function patternOf(pattern: string): readonly Token[] | undefined {
  if (/[?*+@!]\(/.test(pattern)) return undefined
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at)
    if (character === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" })
    } else if (character === "?") tokens.push({ kind: "one", fits: () => true })
    else if (character === "[") {
      const set = bracket(pattern, at)
      tokens.push({ kind: "one", fits: set?.fits ?? ((one) => one === "[") })
      at = set?.end ?? at
    } else {
      if (character === "\\" && at + 1 < pattern.length) at += 1
      const literal = pattern.charAt(at)
      tokens.push({ kind: "one", fits: (one) => one === literal })
    }
  }
  return tokens
}

export const classes: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[0-9A-Za-z]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  ["cntrl", /[\x00-\x1f\x7f]/],
  ["digit", /[0-9]/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t-\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[0-9A-Fa-f]/],
])

function bracket(pattern: string, start: number): { readonly fits: (character: string) => boolean; readonly end: number } | undefined {
  let at = start + 1
  const negated = pattern[at] === "!" || pattern[at] === "^"
  if (negated) at += 1
  const tests: ((one: string) => boolean)[] = []
  for (const first = at; at < pattern.length; at += 1) {
    const character = pattern.charAt(at)
    if (character === "]" && at > first) {
      return { fits: (one) => tests.some((test) => test(one)) !== negated, end: at }
    }
    const named = pattern.startsWith("[:", at) ? /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12)) : null
    const found = named?.[1] === undefined ? undefined : classes.get(named[1])
    if (named !== null && found !== undefined) {
      tests.push((one) => found.test(one))
      at += named[0].length - 1
    } else if (pattern[at + 1] === "-" && pattern[at + 2] !== undefined && pattern[at + 2] !== "]") {
      const last = pattern.charAt(at + 2)
      tests.push((one) => one >= character && one <= last)
      at += 2
    } else tests.push((one) => one === character)
  }
  return undefined
}

export function matches(tokens: readonly Token[], subject: string): boolean {
  let [at, token, star, starAt] = [0, 0, -1, 0]
  while (at < subject.length) {
    const one = tokens[token]
    if (one?.kind === "star") [star, starAt, token] = [token, at, token + 1]
    else if (one?.fits(subject.charAt(at)) === true) [at, token] = [at + 1, token + 1]
    else if (star === -1) return false
    else [starAt, at, token] = [starAt + 1, starAt + 1, star + 1]
  }
  while (tokens[token]?.kind === "star") token += 1
  return token === tokens.length
}

/** Asks whether so much work may still be done. */
export type Charge = (work: number) => boolean

/** `${x#pattern}` and its three siblings; undefined: the pattern or the work is beyond us. */
export function withoutPattern(subject: string, pattern: string, operator: string, charge: Charge): string | undefined {
  const tokens = patternOf(pattern)
  if (tokens === undefined) return undefined
  const prefix = operator.startsWith("#")
  const longest = operator.length === 2
  const fixed = tokens.every((token) => token.kind === "one")
  if (!fixed && !charge(subject.length * subject.length * tokens.length)) return undefined
  for (let n = 0; n <= subject.length; n += 1) {
    const length = fixed ? tokens.length : longest ? subject.length - n : n
    if (length > subject.length) return subject
    const part = prefix ? subject.slice(0, length) : subject.slice(subject.length - length)
    if (matches(tokens, part)) return prefix ? subject.slice(length) : subject.slice(0, subject.length - length)
    if (fixed) return subject
  }
  return subject
}

/** `${x/pattern/with}`; undefined: beyond us. */
export function replacePattern(
  subject: string,
  pattern: string,
  replacement: string,
  operator: string,
  charge: Charge,
): string | undefined {
  const tokens = patternOf(pattern)
  if (tokens === undefined || tokens.length === 0) return tokens === undefined ? undefined : subject
  if (!charge(subject.length * subject.length * tokens.length)) return undefined
  let result = ""
  let at = 0
  while (at < subject.length) {
    if (operator === "/#" && at > 0) break
    let length = subject.length - at
    const fits = (n: number): boolean => matches(tokens, subject.slice(at, at + n)) && (operator !== "/%" || at + n === subject.length)
    while (length > 0 && !fits(length)) length -= 1
    if (length === 0) result += subject.charAt(at++)
    else {
      result += replacement
      at += length
      if (operator !== "//") break
    }
  }
  return result + subject.slice(at)
}
