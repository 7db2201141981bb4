import type { Limits } from "../../core/limits.ts"
import type { ReadPackaged } from "../language.ts"
import type { Skipped } from "../syntax.ts"
import { tokensOf } from "../tokens.ts"
import { loadGrammar } from "../tree-sitter.ts"
import { variantsOf, withoutExtensions, withoutQualifiers } from "./program-text.ts"

/** What a parser says of a small program. `fault`: characters [start, end) at which no compiler can accept it. `unread`: why nobody can tell. */
export type ProgramSyntax =
  | { readonly kind: "parsed" }
  | { readonly kind: "fault"; readonly start: number; readonly end: number; readonly why: string }
  | { readonly kind: "unread"; readonly why: string }

export type ReadProgram = (text: string, language: string) => ProgramSyntax

/**
 * Reads programs of C and C++ (ISO/IEC 9899, 6.9; ISO/IEC 14882, 6.6). A grammar sees no macros and not every extension of a compiler, so what
 * could be one is left open: only what is wrong however its conditions turn out is a fault.
 */
export async function loadProgramSyntax(read: ReadPackaged, limits: Limits): Promise<ReadProgram> {
  const parse = await loadGrammar("cpp", read)
  return (text, language) => {
    if (language !== "c" && language !== "c++") return { kind: "unread", why: `nothing reads programs of ${language}` }
    if (text.length > limits.probeBytesMax) return { kind: "unread", why: `more than ${limits.probeBytesMax} bytes` }
    if (/^\s*[\w./+-]+\.\w+\s*$/.test(text)) return { kind: "unread", why: "it is the name of a file" }
    const program = withoutExtensions(text, language)
    // Of the program as it stands, where no variant of it is whole.
    const faultIn = (of: string): Skipped | undefined => {
      const faults = variantsOf(of).map((variant) => parse(variant, limits).skipped[0])
      return faults.includes(undefined) ? undefined : faults[0]
    }
    const fault = faultIn(program)
    if (fault === undefined) return { kind: "parsed" }
    const plain = withoutQualifiers(program)
    if (plain !== undefined && faultIn(plain) === undefined)
      return { kind: "unread", why: "a word before a type may be a macro of a header" }
    const open = openIn(program) ?? macroIn(program)
    return open === undefined ? { kind: "fault", ...fault } : { kind: "unread", why: open }
  }
}

/** Quotes that m4 changes, and a macro of other files around the whole program. A comment says nothing of either. */
const ofM4 = /(?<![\s\S])\s*[A-Z][A-Z\d_]+\(|\bchangequote\([^()\w]*\)/
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

/** What stands in a program for text that only the build knows: autoconf's, CMake's, m4's and printf's ways to say so. */
function openIn(text: string): string | undefined {
  const [found] =
    /@\w+@|@[%<>:S|&]+@|\$[({\w]|\[\[|\]\]|\[[ \t]*#|\]\w+\[|\b_?(?:A[CMSHU]|m4|gl)_\w+|^[^"\n]*%[sd]\b/m.exec(text) ??
    ofM4.exec(text.replaceAll(comments, " ")) ??
    []
  return found === undefined ? undefined : `\`${found}\` may stand for text that only the build knows`
}

/** A macro of the program's own, and what it stands for is not put in its place. */
function macroIn(text: string): string | undefined {
  const [defined, used] = [new Set<string>(), new Map<string, number>()]
  for (const { kind, text: word, directive } of tokensOf(text)) {
    if (kind !== "name") continue
    if (directive === "define") defined.add(word)
    if (directive === undefined) used.set(word, (used.get(word) ?? 0) + 1)
  }
  const found = [...defined].find((word) => word !== "define" && used.has(word))
  return found === undefined ? undefined : `the macro ${found} of the program is not expanded`
}
