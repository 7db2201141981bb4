import type { ArithmeticCommandExpansion, CommandExpansionPart, ParsedScript, ProcessSubstitutionPart, Word, WordPart } from "unbash"
import type { Value } from "../../model/code.ts"
import { text, unknown } from "../../model/code.ts"
import { arithmetic, type Scope } from "./arithmetic.ts"
import { braces } from "./braces.ts"
import { constantOf } from "./builder.ts"
import { fieldsOf, type Piece } from "./fields.ts"
import { unnamed } from "./files.ts"
import type { Machine } from "./machine.ts"
import { lookUp, parameter, special } from "./parameters.ts"
import type { Streams } from "./streams.ts"

/** Where a word stands: what it is expanded with. */
export interface Scene {
  readonly machine: Machine
  readonly streams: Streams
}

/** The fields of words: quoting, expansions, splitting and patterns of file names (POSIX XCU 2.6). */
export function expandFields(words: readonly Word[], scene: Scene): Value[] {
  const fields: Value[] = []
  for (const word of words) {
    if (word.parts === undefined && isPlain(word.text)) fields.push(text(word.value))
    else {
      const pieces = piecesOf(word, scene)
      const alternatives = word.parts?.some((part) => part.type === "BraceExpansion") === true ? braces(pieces) : [pieces]
      for (const one of alternatives) fields.push(...fieldsOf(one, scene.machine))
    }
  }
  return fields
}

/** One value of a word that is neither split nor a pattern: of an assignment, a redirection, `case`. */
export function expandWord(word: Word, scene: Scene): Value {
  if (word.parts === undefined && isPlain(word.text)) return text(word.value)
  return wordValue(piecesOf(word, scene), scene.machine)
}

export const wordValue = (pieces: readonly Piece[], machine: Machine): Value => machine.build.joined(pieces.map(({ value }) => value))

/** No home folder, no character that stands for a value. */
const isPlain = (written: string): boolean => !written.startsWith("~") && !/[\ue000-\uf8ff]/.test(written)

/** A word as a pattern: what is quoted in it stands for itself. */
export function expandPattern(word: Word, scene: Scene): Value {
  return scene.machine.build.joined(
    piecesOf(word, scene).map((piece) => {
      const constant = piece.quoted ? constantOf(piece.value) : undefined
      return constant === undefined ? piece.value : text(constant.replace(/[\\*?[\]]/g, "\\$&"))
    }),
  )
}

export function piecesOf(word: Word, scene: Scene): Piece[] {
  if (word.parts !== undefined) return word.parts.flatMap((part, index) => partPieces(part, scene, index === 0))
  const home = homeOf(word.text, scene)
  if (home !== undefined) return home
  return [{ value: literal(word.value, scene.machine), quoted: word.text !== word.value, written: true }]
}

/** `~/x`, `~user/x` (POSIX XCU 2.6.1). */
function homeOf(written: string, { machine }: Scene): Piece[] | undefined {
  if (!written.startsWith("~")) return undefined
  const slash = written.indexOf("/")
  const rest = slash === -1 ? "" : written.slice(slash)
  return [
    { value: lookUp(machine, "HOME"), quoted: true },
    { value: text(rest), quoted: false, written: true },
  ]
}

/** The text of a script, with the values that placeholders in it stand for. */
export function literal(of: string, machine: Machine): Value {
  if (machine.placeholders.length === 0 || !/[\ue000-\uf8ff]/.test(of)) return text(of)
  const parts = of.split(/([\ue000-\uf8ff])/).map((part) => {
    const code = part.length === 1 ? part.charCodeAt(0) : 0
    return code < 0xe000 || code > 0xf8ff ? text(part) : (machine.placeholders[code - 0xe000] ?? unknown("a character of no byte"))
  })
  return machine.build.joined(parts)
}

function partPieces(part: WordPart, scene: Scene, first: boolean): Piece[] {
  const { machine } = scene
  switch (part.type) {
    case "Literal":
      return (
        (first ? homeOf(part.text, scene) : undefined) ?? [
          { value: literal(part.value, machine), quoted: part.text !== part.value, written: true },
        ]
      )
    case "SingleQuoted":
    case "AnsiCQuoted":
      return [{ value: literal(part.value, machine), quoted: true }]
    case "DoubleQuoted":
    case "LocaleString":
      return quotedPieces(part.parts, scene)
    case "Glob":
    case "ExtendedGlob":
      for (const one of part.parts ?? []) partPieces(one, scene, false)
      return [{ value: literal(part.text, machine), quoted: false, written: true, pattern: true }]
    case "BraceExpansion": {
      const inside = part.parts?.flatMap((one) => partPieces(one, scene, false)) ?? [
        { value: literal(part.text.slice(1, -1), machine), quoted: false, written: true },
      ]
      return [{ value: text("{"), quoted: false, written: true }, ...inside, { value: text("}"), quoted: false, written: true }]
    }
    case "SimpleExpansion":
      return expansion(part.text.slice(1), scene)
    case "ParameterExpansion":
      return parameter(part, { ...scene, value: (word) => expandWord(word, scene), pattern: (word) => expandPattern(word, scene) })
    case "CommandExpansion":
      return [{ value: substitute(part, scene), quoted: false }]
    case "ArithmeticExpansion":
      return [{ value: arithmetic(part.expression, scopeOf(scene)), quoted: false }]
    case "ProcessSubstitution":
      return [{ value: processFile(part, scene), quoted: true }]
  }
}

/** What arithmetic in a word or a command is evaluated with. */
export const scopeOf = (scene: Scene): Scope => ({
  machine: scene.machine,
  command: (of) => substitute(of, scene),
  parts: (of) =>
    wordValue(
      of.flatMap((part) => partPieces(part, scene, false)),
      scene.machine,
    ),
})

const expansion = (name: string, { machine }: Scene): Piece[] => special(name, machine) ?? [{ value: lookUp(machine, name), quoted: false }]

function quotedPieces(parts: readonly WordPart[], scene: Scene): Piece[] {
  const pieces = parts.flatMap((part) =>
    part.type === "Literal" ? [{ value: literal(part.value, scene.machine), quoted: true }] : partPieces(part, scene, false),
  )
  return pieces.length === 0 ? [{ value: text(""), quoted: true }] : pieces.map((piece) => ({ ...piece, quoted: true }))
}

/** A here-document or another text in which only `$`, backquotes and backslashes mean something. */
export const expandText = (parts: readonly WordPart[], scene: Scene): Value => wordValue(quotedPieces(parts, scene), scene.machine)

type Substitution = CommandExpansionPart | ArithmeticCommandExpansion

/** `$(command)`, `` `command` `` (POSIX XCU 2.6.3): what it prints, without the line feeds at the end. */
function substitute(part: Substitution, scene: Scene): Value {
  const { machine } = scene
  if (part.script === undefined) {
    machine.giveUp("a command substitution that cannot be read", machine.locate(part.pos, part.end))
    return unknown("a command substitution that cannot be read")
  }
  const printed = machine.capture(scene.streams, (streams) =>
    inside(part, part.script, machine, () => substitution(part.script, machine, streams)),
  )
  const constant = constantOf(printed)
  if (constant === undefined) return withoutLineEnd(printed, machine)
  const trimmed = constant.replace(/\n+$/, "")
  if (trimmed === constant) return printed
  return printed.kind === "step"
    ? machine.build.computed({ ...printed }, trimmed)
    : printed.kind === "text"
      ? text(trimmed)
      : withoutLineEnd(printed, machine)
}

function substitution(script: ParsedScript | undefined, machine: Machine, streams: Streams): void {
  machine.subshell(() => machine.evaluator.statements(machine, script?.commands ?? [], streams))
}

function withoutLineEnd(value: Value, machine: Machine): Value {
  if (value.kind === "either") return machine.build.either(value.of.map((one) => withoutLineEnd(one, machine)))
  if (value.kind === "text") return text(value.text.replace(/\n+$/, ""))
  if (value.kind !== "joined") return value
  const last = value.parts.at(-1)
  const constant = last === undefined ? undefined : constantOf(last)
  if (last === undefined || constant === undefined || !constant.endsWith("\n")) return value
  const end = last.kind === "step" ? machine.build.computed({ ...last }, constant.replace(/\n+$/, "")) : text(constant.replace(/\n+$/, ""))
  return machine.build.joined([...value.parts.slice(0, -1), end])
}

/** Positions inside a substitution of backquotes with escapes are those of another text: all of it stands where the substitution stands. */
function inside(part: Substitution | ProcessSubstitutionPart, script: ParsedScript | undefined, machine: Machine, run: () => void): void {
  for (const fault of script?.errors ?? [])
    machine.giveUp(`shell that cannot be read: ${fault.message}`, machine.locate(part.pos, part.end))
  const before = machine.locate
  if (script?.source !== undefined) machine.locate = () => before(part.pos, part.end)
  run()
  machine.locate = before
}

/** `<(command)` and `>(command)`: a path whose content is what the command prints, or whose content the command reads. */
function processFile(part: ProcessSubstitutionPart, scene: Scene): Value {
  const { machine, streams } = scene
  const { script } = part
  if (part.operator === "<")
    return unnamed(
      machine,
      machine.capture(streams, (own) => inside(part, script, machine, () => substitution(script, machine, own))),
    )
  const path = unnamed(machine, text(""))
  const named = constantOf(path)
  if (script !== undefined && named !== undefined) machine.consumers.set(`/${named}`, { script, locate: machine.locate })
  return path
}
