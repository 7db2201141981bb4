import { type ParserOptions, parse } from "@babel/parser"
import type { File } from "./syntax.ts"

/** White space and line ends of ECMAScript (12.2, 12.3) outside ASCII, as the bytes of UTF-8 look when each is a character; and any other byte. */
const outside = /\xc2\xa0|\xef\xbb\xbf|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|[\x80-\xff]/g
/** What they are for the parser: the white space as often as it has bytes, a letter. */
const written = /\xa0{2}|\ufeff{3}|([\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])\1{2}|[\u0180-\u01ff]|[^\x00-\xff]+/g

/**
 * The text as the parser must see it, character by character: a white space of several bytes is as many of it, so that a line that ends in the eyes of an
 * interpreter ends here too; every other byte outside ASCII is a letter.
 */
export function readable(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text
  return text.replace(outside, (bytes) =>
    bytes.length === 1
      ? String.fromCharCode(bytes.charCodeAt(0) + 0x100)
      : Buffer.from(bytes, "latin1").toString("utf8").repeat(bytes.length),
  )
}

/** The bytes of a text that the parser read. */
export function original(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text
  return text.replace(written, (run) => {
    const code = run.charCodeAt(0)
    if (code >= 0x180 && code <= 0x1ff) return String.fromCharCode(code - 0x100) + original(run.slice(1))
    return bytesOf(/^(.)\1+$/s.test(run) && run.length <= 3 ? run.charAt(0) : run)
  })
}

/** UTF-8, a character a byte. */
export const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1")

export type Parsed =
  | { readonly ok: true; readonly file: File; readonly errors: readonly { readonly at: number; readonly why: string }[] }
  | { readonly ok: false; readonly at: number; readonly why: string }

const options = {
  sourceType: "unambiguous",
  errorRecovery: true,
  locations: false,
  attachComment: false,
  allowReturnOutsideFunction: true,
  allowNewTargetOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowUndeclaredExports: true,
  allowImportExportEverywhere: true,
} as const satisfies ParserOptions

type Plugins = NonNullable<ParserOptions["plugins"]>

/** Syntaxes to try in order: that of the name, then what else files under it are written in. */
function syntaxes(path: string): readonly Plugins[] {
  const more: Plugins = ["decorators"]
  const typescript: Plugins = ["typescript", ...more]
  const both: Plugins = ["typescript", "jsx", ...more]
  if (/\.[cm]?ts$/.test(path)) return [typescript, both]
  if (/\.tsx$/.test(path)) return [both, typescript]
  return [["jsx", ...more], ["flow", "jsx", ...more], both]
}

export function parseProgram(text: string, path: string): Parsed {
  const source = readable(text)
  let first: Parsed | undefined
  for (const plugins of syntaxes(path)) {
    const parsed = attempt(source, plugins)
    if (parsed.ok && parsed.errors.length === 0) return parsed
    if (first === undefined || (!first.ok && parsed.ok)) first = parsed
  }
  return first ?? { ok: false, at: 0, why: "no syntax" }
}

function attempt(source: string, plugins: Plugins): Parsed {
  try {
    const file = parse(source, { ...options, plugins })
    return { ok: true, file, errors: (file.errors ?? []).map(faultOf) }
  } catch (error) {
    return { ok: false, ...faultOf(error) }
  }
}

/** What the parser throws: an error of syntax at a character, or one of the engine where brackets are nested too deep for its stack. */
function faultOf(error: unknown): { readonly at: number; readonly why: string } {
  if (error instanceof RangeError) return { at: 0, why: "nested too deep for the parser" }
  const at = typeof error === "object" && error !== null && "pos" in error && typeof error.pos === "number" ? error.pos : 0
  const code =
    typeof error === "object" && error !== null && "reasonCode" in error && typeof error.reasonCode === "string"
      ? error.reasonCode
      : "syntax"
  return { at, why: `no JavaScript: ${code}` }
}
