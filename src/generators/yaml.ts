import { Composer, Lexer, Parser } from "yaml"

/** Bytes of a document that is read: up to 400 times as much memory and four seconds a MiB. */
export const yamlBytesMax = 4 << 20
/** Values inside values. Counted while they are read, as what makes values of them calls itself, and V8 ends the process when it compiles a pattern at the end of its stack. */
const depthMax = 64

/**
 * A YAML document (yaml.org/spec/1.2.2) of the commit, for a schema to look at, or JSON with commas too many, which is YAML; undefined when it is none, is too large or nests too deep.
 * No program that writes lock files writes an alias; without them nothing multiplies. `text` has a byte a character.
 */
export function yamlOf(text: string): unknown {
  if (text.length > yamlBytesMax) return undefined
  try {
    const parser = new Parser()
    const tokens = []
    for (const lexeme of new Lexer().lex(Buffer.from(text, "latin1").toString("utf8"))) {
      for (const token of parser.next(lexeme)) tokens.push(token)
      if (parser.stack.length > depthMax) return undefined
    }
    for (const token of parser.end()) tokens.push(token)
    // Looking for a key that is there twice takes the square of their number.
    const [document, ...more] = new Composer({ schema: "core", uniqueKeys: false, logLevel: "error" }).compose(tokens)
    return document === undefined || more.length > 0 || document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 0 })
  } catch {
    return undefined
  }
}
