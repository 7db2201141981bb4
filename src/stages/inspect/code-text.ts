/** Comments of languages, by how they begin. Literals are skipped, so that what only looks like a comment in one stays. */
const slashes =
  /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|`(?:[^`\\]|\\[\s\S])*`?|(?<comment>\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:[^\n\\]|\\[\s\S])*)/g
const hashes = /\\[\s\S]|"(?:[^"\\\n]|\\[\s\S])*"?|'[^'\n]*'?|(?<comment>(?<![^\s;&|()])#[^\n]*)/g
const m4 = /(?<comment>\bdnl\b[^\n]*|(?<![^\s;&|()])#(?![ \t]*(?:include|define|undef|if|el|endif|error))[^\n]*)/g

const byLanguage: Readonly<Record<string, RegExp>> = {
  c: slashes,
  javascript: slashes,
  rust: slashes,
  php: slashes,
  go: slashes,
  java: slashes,
  m4,
}

/** A text without its comments, line for line: a word in a comment stands for nothing. */
export const withoutComments = (text: string, language: string): string =>
  text.replace(byLanguage[language] ?? hashes, (...found) => {
    const [token = ""] = found
    const groups: unknown = found.at(-1)
    const isComment = typeof groups === "object" && groups !== null && "comment" in groups && groups.comment !== undefined
    return isComment ? String(token).replaceAll(/[^\n]/g, " ") : String(token)
  })
