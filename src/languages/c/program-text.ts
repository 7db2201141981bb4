/** Programs as a grammar can read them: every character keeps its place, what is left out becomes blanks. */

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ")

/**
 * Words that only C++ keeps for itself are names in C (ISO/IEC 14882, C.7), and the grammar is that of C++. `bool`, `nullptr`, `static_assert` and others came to C later.
 */
const onlyCpp =
  /\b(?:and|and_eq|bitand|bitor|catch|class|compl|concept|const_cast|consteval|constinit|co_await|co_return|co_yield|decltype|delete|dynamic_cast|explicit|export|friend|mutable|namespace|new|noexcept|not|not_eq|operator|or|or_eq|private|protected|public|reinterpret_cast|requires|static_cast|template|this|throw|try|typeid|typename|using|virtual|xor|xor_eq)\b/g

/** Extensions of compilers that may stand nearly anywhere, with at most two levels of brackets inside their own (GCC, "Attribute Syntax"; MSVC, `__declspec`). */
const attribute =
  /\b(?:__attribute(?:__)?|__declspec|__builtin_available|_Alignas)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\b(?:__extension__|__restrict(?:__)?|__inline(?:__)?|__volatile__|__cdecl|__stdcall|_Noreturn|_Thread_local|_Atomic|_Complex|_Imaginary)\b/g

/** A word before a type that only means something there (GCC, "PowerPC AltiVec Built-in Functions"). */
const vector = /\b(?:__vector|vector|pixel)\b(?=\s+(?:__bool|bool|signed|unsigned|char|short|int|long|float|double|pixel)\b)/g

const typeWords =
  "void|bool|_Bool|signed|unsigned|char|short|int|long|float|double|struct|union|enum|const|volatile|static|extern|size_t|u?int\\d+_t"

/** What C says of a variable or nested function inside of another before its type (GCC, "Nested Functions"), and what <complex.h> calls `_Complex` (ISO/IEC 9899, 7.3.1). */
const automatic = new RegExp(`\\bauto\\b(?=\\s+(?:${typeWords})\\b)`, "g")
const complex = new RegExp(`\\bcomplex\\b(?=\\s+(?:${typeWords})\\b)|(?<=\\b(?:${typeWords})\\s{1,9})complex\\b`, "g")

function withoutSpecifiers(text: string): string {
  const plain = text.replaceAll(automatic, (word, at: number) => (depthAt(text, at) > 0 ? blank(word) : word))
  return /^[ \t]*#[ \t]*include[ \t]*<complex\.h>/m.test(plain) ? plain.replaceAll(complex, blank) : plain
}

const depthAt = (text: string, at: number): number => {
  const before = text.slice(0, at)
  return before.split("{").length - before.split("}").length
}

/** A word in capitals before a type may be a macro of a header (mpfr's MPFR_THREAD_ATTR). */
const qualifier = new RegExp(`\\b[A-Z][A-Z\\d]*_[A-Z\\d_]+\\b(?=\\s+(?:${typeWords})\\b)`, "g")

/** The program without those words; undefined: it takes in no header of its own, as which macros the system's have is known, or has none. */
export function withoutQualifiers(text: string): string | undefined {
  const without = /^[ \t]*#[ \t]*include[ \t]*"/m.test(text) ? text.replaceAll(qualifier, blank) : text
  return without === text ? undefined : without
}

/** Parameters that are declared behind their list (ISO/IEC 9899:1990, 6.7.1): C++ never had that. */
const declaredBehind = /\)(\s*[a-z](?:[\w*,[\]\s]+;)+\s*)(?=\{)/g

/** A line that the build fills in, mostly with headers; a macro of m4 that stands alone (gnulib's GL_MDA_DEFINES). */
const filled = /^[ \t]*(?:\$\w+|\$\{\w+\}|@\w+@|[A-Z][A-Z\d]*_[A-Z\d_]+)[ \t]*$/gm

/** A macro between the pieces of a literal (ISO/IEC 9899, 7.8.1: PRIu64). What looks so inside of one is blank, too, which changes nothing. */
const piece = /\b(?<="\s{0,99})[A-Za-z_]\w*(?=\s{0,99}["),])/g

/** A type where an expression stands (ISO/IEC 9899, 7.16.1.1), of words and stars. */
const typeArgument = /(?<=\bva_arg\s{0,9}\([^(),]{1,99},)[\w\s]+[*\s]*(?=\))/g

/** The name of a symbol behind what is declared, and a type by an expression (GCC, "Asm Labels", "Typeof"). */
const asmLabel = /(?<=[\w)]\s{0,9})\b(?:__asm(?:__)?|asm)\s*\(\s*"[^"\n]*"\s*\)(?=\s*(?:[=;,]|__attribute))/g
const typeOf = /\b(?:typeof|__typeof(?:__)?)\s*\([\w\s*]+\)(?=\s+[*\w])/g

/** A label needs no brackets around it (ISO/IEC 9899, 6.8.1 and 6.8.4.2), but in the grammar: `switch (0) case 0: case (sizeof (a) == 8):;` of old asserts. */
const bareSwitch = /\bswitch\s*\([^()]*\)(?=\s*case\b)/g

export function withoutExtensions(text: string, language: string): string {
  const own =
    language === "c"
      ? withoutSpecifiers(text)
          .replaceAll(onlyCpp, (word) => `${word.slice(0, -1)}_`)
          .replaceAll(declaredBehind, (all) => `)${blank(all.slice(1))}`)
      : text
  return own
    .replaceAll(attribute, (word) => (word.startsWith("__builtin") ? `0${blank(word.slice(1))}` : blank(word)))
    .replaceAll(asmLabel, blank)
    .replaceAll(typeOf, (type) => `int${blank(type.slice(3))}`)
    .replaceAll(typeArgument, (type) => `${blank(type.slice(1))}0`)
    .replaceAll(vector, blank)
    .replaceAll(filled, blank)
    .replaceAll(bareSwitch, blank)
    .replaceAll(piece, blank)
}

/**
 * As it stands, with every branch of its conditions, with the first of each only, and with what `#else` leaves only: branches that each close
 * what stands before them are no tree together, and programs choose on purpose what is none.
 */
export function variantsOf(text: string): readonly string[] {
  if (!/^[ \t]*#/m.test(text)) return [text]
  return [text, ...(["any", "if", "else"] as const).map((keep) => branchesOf(text, keep))]
}

/** ISO/IEC 9899, 6.10.1: conditions. Directives are left out; a line that is spliced goes on. */
function branchesOf(text: string, keep: "any" | "if" | "else"): string {
  /** Of each condition around: whether this branch of it is kept; and how many are not. */
  const around: boolean[] = []
  let left = 0
  return (text.match(spliced) ?? [])
    .map((line) => {
      const directive = /^[ \t]*#[ \t]*(\w*)/.exec(line)?.[1]
      if (directive === undefined) return left === 0 ? line : blank(line)
      if (/^(?:el|endif)/.test(directive) && around.pop() === false) left -= 1
      if (/^(?:if|el)/.test(directive)) {
        around.push(keep === "any" || (keep === "if" ? directive.startsWith("if") : directive === "else"))
        if (around.at(-1) === false) left += 1
      }
      return blank(line)
    })
    .join("")
}

const spliced = /(?:[^\n\\]|\\[\s\S])*\n|(?:[^\n\\]|\\[\s\S])+$/g
