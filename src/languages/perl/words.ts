import type { Expression, Spanned, Statement } from "../imperative/ir.ts"
import { callAt, functionAt, nameAt, returnAt, spanOf, textAt } from "../lowering.ts"
import { levels, type Parser } from "./cursor.ts"

/** Functions of one argument, which need no parentheses around it (perlfunc). */
const unary = new Set(
  "defined ref scalar lc uc lcfirst ucfirst chr ord hex oct length shift pop chomp chop quotemeta rmdir readline close chdir readlink stat lstat exists delete each keys values caller undef int abs sqrt log rand sleep localtime gmtime alarm require umask lock fc fileno".split(
    " ",
  ),
)
/** Functions whose first argument may be a block. */
const blocks = new Set(
  "map grep sort first any all none reduce sum_by uniq_by sort_by max_by min_by try catch finally lives_ok dies_ok throws_ok subtest async fork_and".split(
    " ",
  ),
)
const printing = new Set(["print", "printf", "say"])
/** Words that stand between terms, and end a list. */
const between = new Set("if unless while until for foreach and or not xor x lt gt le ge eq ne cmp isa when".split(" "))

type Word = Spanned & { readonly text: string }

/** A word in the place of a term: a function that is called, a class, a text before `=>`, or what Perl itself reads. */
export function wordOf(parser: Parser, word: Word): Expression | undefined {
  const { cursor } = parser
  const from = cursor.at
  if (between.has(word.text) && word.text !== "not" && !cursor.is("=>", 1)) return undefined
  cursor.at++
  if (cursor.is("=>") || (cursor.is("}") && cursor.is("{", -2))) return textAt(word, word.text)
  const form = forms.get(word.text)
  const made = form?.(parser, word, from)
  if (made !== undefined) return made
  if (cursor.is("->") && /^(?:shift|pop)$/.test(word.text)) return callAt(word, `&${word.text}`, [nameAt(word, "@_")])
  if (cursor.is("->") || word.text.endsWith("::")) return nameAt(word, word.text.replace(/::$/, ""))
  if (printing.has(word.text)) return printed(parser, word, from)
  const args = argumentsBehind(parser, word)
  const at = cursor.spanFrom(from)
  if (word.text === "return")
    return { kind: "after", body: [returnAt(args === undefined ? textAt(word, "") : args)], of: nameAt(at, "(returned)"), ...at }
  const given = args === undefined ? [] : args.kind === "list" ? args.items : [args]
  const items = given.length === 0 && /^(?:shift|pop)$/.test(word.text) ? [nameAt(at, "@_")] : given
  return special(word, items, at) ?? callAt(at, `&${word.text.replaceAll("'", "::")}`, items)
}

/** With parentheses what is between them; without, all up to the end of the list, or one for functions of one argument. */
function argumentsBehind(parser: Parser, word: Word): Expression | undefined {
  const { cursor } = parser
  if (cursor.is("(") && word.text !== "return") {
    cursor.at++
    const block = blockBefore(parser, word)
    const list = cursor.is(")") ? undefined : parser.expression(levels.low)
    if (!cursor.take(")")) {
      const bad = cursor.at
      while (cursor.peek() !== undefined && !cursor.is(")") && !cursor.is(";") && !cursor.is("}")) cursor.at++
      cursor.take(")")
      cursor.skip(bad, "not understood")
    }
    return withBlock(block, list, word)
  }
  const block = blockBefore(parser, word)
  if (block === undefined && !beginsTerm(parser, word.text)) return undefined
  const isUnary = unary.has(word.text)
  return withBlock(block, isUnary ? parser.expression(levels.unary) : parser.list(), word)
}

function blockBefore(parser: Parser, word: Word): Expression | undefined {
  const { cursor } = parser
  if (!blocks.has(word.text) || !cursor.is("{")) return undefined
  const from = cursor.at
  const body = parser.block()
  cursor.take(",")
  const of = functionAt(cursor.spanFrom(from), ["$_"], () => lastReturns(body))
  return of
}

function lastReturns(body: readonly Statement[]): readonly Statement[] {
  const last = body.at(-1)
  return last?.kind === "do" ? [...body.slice(0, -1), returnAt(last.of)] : body
}

function withBlock(block: Expression | undefined, list: Expression | undefined, at: Spanned): Expression | undefined {
  if (block === undefined) return list
  return { kind: "list", items: [block, ...(list === undefined ? [] : list.kind === "list" ? list.items : [list])], ...spanOf(at) }
}

/** Whether the next token may begin an argument of a function without parentheses. */
function beginsTerm({ cursor }: Parser, word: string): boolean {
  const token = cursor.peek()
  if (token === undefined) return false
  if (token.kind === "word") return !between.has(token.text) || token.text === "not"
  if (token.kind !== "operator") return true
  // A record, where the function takes one; else a block begins.
  if (token.text === "{") return /^(?:bless|return|die|push|unshift)$/.test(word)
  if (token.text === "-") return cursor.peek(1)?.start === token.end
  return /^(?:\\|\(|\[|!|@|\$#?|\+)$/.test(token.text) || (token.text === "%" && cursor.peek(1)?.start === token.end)
}

/** `print HANDLE LIST`, `print {$fh} LIST`, `print $fh LIST`. */
function printed(parser: Parser, word: Word, from: number): Expression {
  const { cursor } = parser
  const hasParentheses = cursor.take("(")
  const [first, second] = [cursor.peek(), cursor.peek(1)]
  let handle: Expression | undefined
  if (cursor.is("{")) {
    const body = parser.block()
    const last = body.at(-1)
    handle = last?.kind === "do" ? last.of : undefined
  } else if (
    first?.kind === "word" &&
    /^[A-Z_]+$/.test(first.text) &&
    second !== undefined &&
    !(second.kind === "operator" && /^[-,.(=]|^->$/.test(second.text))
  ) {
    cursor.at++
    handle = nameAt(first, `*${first.text}`)
  } else if (
    first?.kind === "variable" &&
    first.text.startsWith("$") &&
    second !== undefined &&
    (second.kind === "quote" || second.kind === "variable" || (second.kind === "word" && !between.has(second.text)))
  ) {
    cursor.at++
    handle = nameAt(first, first.text)
  }
  const list = hasParentheses && cursor.is(")") ? undefined : hasParentheses ? parser.expression(levels.low) : parser.list()
  if (hasParentheses && !cursor.take(")")) cursor.skip(from, "not understood")
  const items = list === undefined ? [nameAt(word, "$_")] : list.kind === "list" ? list.items : [list]
  const at = cursor.spanFrom(from)
  return handle === undefined ? callAt(at, "&print", items) : callAt(at, "(print)", [handle, ...items])
}

/** Functions that put something into an argument of theirs. */
function special(word: Word, items: readonly Expression[], at: Spanned): Expression | undefined {
  const [first, second, ...rest] = items
  if (first === undefined) return undefined
  const declares = first.kind === "spread" ? { declares: true as const } : {}
  const plain = first.kind === "spread" ? first.of : first
  const target =
    plain.kind === "text"
      ? nameAt(plain, `*${plain.text}`)
      : plain.kind === "call" && plain.callee.kind === "name" && /^&[A-Z_]+$/.test(plain.callee.name)
        ? nameAt(plain, plain.callee.name.replace("&", "*"))
        : plain
  if ((word.text === "open" || word.text === "opendir" || word.text === "socket" || word.text === "sysopen") && second !== undefined) {
    const of = callAt(at, `(${word.text})`, [second, ...rest])
    return { kind: "after", body: [{ kind: "assign", to: target, of, ...declares, ...at }], of: target, ...at }
  }
  if (/^(?:read|sysread|recv)$/.test(word.text) && second !== undefined) {
    const [to, isNew] = second.kind === "spread" ? [second.of, { declares: true as const }] : [second, {}]
    return { kind: "after", body: [{ kind: "assign", to, of: callAt(at, "(read)", [target]), ...isNew, ...at }], of: to, ...at }
  }
  if (/^(?:sysread|syswrite|send)$/.test(word.text) && second !== undefined) return callAt(at, "(print)", [target, second])
  if (word.text === "connect" && second !== undefined) return callAt(at, "&connect", [target, second])
  return undefined
}

type Form = (parser: Parser, word: Word, from: number) => Expression | undefined

/** `my $x` and `my ($x, $y)`: marked as a spread, which an assignment takes for a declaration. */
const declared: Form = (parser, word) => {
  if (parser.cursor.peek()?.kind === "word") parser.cursor.at++
  const of = parser.expression(levels.tight)
  return of === undefined ? undefined : { kind: "spread", of, ...spanOf(word) }
}

/** `do {...}`, `eval {...}`: statements, and what the last gives. */
const statements: Form = (parser, _word, from) => {
  if (!parser.cursor.is("{")) return undefined
  const body = parser.block()
  const [at, last] = [parser.cursor.spanFrom(from), body.at(-1)]
  return last?.kind === "do"
    ? { kind: "after", body: body.slice(0, -1), of: last.of, ...at }
    : { kind: "after", body, of: textAt(at, ""), ...at }
}

const forms: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["my", declared],
  ["our", declared],
  ["local", declared],
  ["state", declared],
  ["do", (parser, word, from) => statements(parser, word, from) ?? dos(parser, word, from)],
  ["eval", statements],
  [
    "require",
    (parser, word) => {
      const module = parser.cursor.peek()
      if (module?.kind !== "word") return undefined
      parser.cursor.at++
      return callAt(word, "&require", [textAt(module, module.text)])
    },
  ],
  ["sub", (parser, _word, from) => parser.sub(from)],
  ["__FILE__", (_, word) => nameAt(word, "__FILE__")],
  ["__PACKAGE__", (_, word) => nameAt(word, "__PACKAGE__")],
  ["wantarray", (_, word) => textAt(word, "1")],
  ["STDIN", (_, word) => nameAt(word, "*STDIN")],
  ["STDOUT", (_, word) => nameAt(word, "*STDOUT")],
  ["STDERR", (_, word) => nameAt(word, "*STDERR")],
])

const dos: Form = (parser, _word, from) => {
  const of = parser.expression(levels.unary)
  return of === undefined ? undefined : callAt(parser.cursor.spanFrom(from), "&do", [of])
}
