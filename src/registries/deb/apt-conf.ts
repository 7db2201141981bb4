/** apt's options by their full names in lower case, as `apt-config dump` lists them. Lists (`Name:: "x"`, `{ "x"; }`) are left out. */
export type AptOptions = ReadonlyMap<string, string>

/** Comments, a quoted value, punctuation, a word. An unclosed comment or quote runs to the end (of the line). */
const token = /\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#(?!clear\b|include\b)[^\n]*|"(?<value>[^"\n]*)"?|(?<mark>[{};])|(?<word>[^\s{};"]+)/gy

/** The texts of apt's configuration files, in apt's order (apt.conf(5), "SYNTAX"). A later value replaces an earlier one. */
export function parseAptConf(texts: readonly string[]): AptOptions {
  const options = new Map<string, string>()
  for (const text of texts) addOptions(text, options)
  return options
}

function addOptions(text: string, options: Map<string, string>): void {
  const scopes: string[] = []
  let statement: { words: string[]; value: string | undefined } = { words: [], value: undefined }
  for (const { groups } of text.matchAll(token)) {
    if (groups?.["word"] !== undefined) statement.words.push(groups["word"].toLowerCase())
    else if (groups?.["value"] !== undefined) statement.value ??= groups["value"]
    else if (groups?.["mark"] !== undefined) {
      const name = [...scopes, statement.words[0] ?? ""].join("::")
      if (groups["mark"] === "{") scopes.push(statement.words[0] ?? "")
      else if (groups["mark"] === "}") scopes.pop()
      else if (statement.words[0] === "#clear") clear(statement.words[1], options)
      else if (statement.words[0] !== undefined) options.set(name, statement.value ?? statement.words[1] ?? "")
      statement = { words: [], value: undefined }
    }
  }
}

/** The option and everything below it. */
function clear(name: string | undefined, options: Map<string, string>): void {
  for (const key of name === undefined ? [] : [...options.keys()]) if (key === name || key.startsWith(`${name}::`)) options.delete(key)
}

export const isOff = (value: string | undefined): boolean => /^(?:no|false|without|off|disable|0)$/i.test(value ?? "")
