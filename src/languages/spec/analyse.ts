import type { Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { Macros } from "./macros.ts"

/** Sections that are scripts (rpm, "Spec file format", "Build scriptlets", "Runtime scriptlets"). */
const script =
  /^%(prep|conf|generate_buildrequires|build|install|check|clean|pre|post|preun|postun|pretrans|posttrans|preuntrans|postuntrans|verifyscript|trigger(?:prein|in|un|postun)?|filetrigger(?:in|un|postun)|transfiletrigger(?:in|un|postun))(?=[ \t\n]|$)(.*)$/
/** Sections that are none. */
const other = /^%(?:package|description|files|changelog|sourcelist|patchlist|preamble)(?=[ \t\n]|$)/
const definition = /^[ \t]*%(?:define|global)[ \t]+([A-Za-z_]\w*)(\([^)]*\))?[ \t]+/
const tag = /^([A-Za-z]+)(\d*)[ \t]*:[ \t]*/

const interpreters: ReadonlyMap<string, string> = new Map([
  ["python", "python"],
  ["python3", "python"],
  ["perl", "perl"],
  ["ruby", "ruby"],
  ["node", "javascript"],
  ["<lua>", "lua"],
])

interface Section {
  readonly head: Mapped
  /** The interpreter that `-p` names. */
  readonly program: string | undefined
  readonly lines: Mapped[]
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const macros = new Macros(found)
  const whole = Mapped.whole(source.text)
  const sections: Section[] = []
  let section: Section | undefined
  for (const line of logicalLines(whole)) {
    if (!found.spend(4 + (line.length >> 4), line.from(0))) break
    const head = script.exec(line.text.trimEnd())
    if (head !== null) {
      section = { head: line, program: /(?:^|\s)-p\s*(\S+)/.exec(head[2] ?? "")?.[1], lines: [] }
      sections.push(section)
    } else if (other.test(line.text)) section = undefined
    else if (definition.test(line.text)) define(line, macros)
    else if (/^[ \t]*%include[ \t]/.test(line.text)) {
      const what = found.held.value(macros.expand(line.trim().slice(9).trim()).text)
      found.act({ kind: "runs", as: "module", what, language: "spec", at: found.placeOf(line) })
    } else if (/^[ \t]*%(?:if|ifarch|ifnarch|ifos|elif|elifarch|else|endif)\b/.test(line.text)) macros.expand(line)
    else if (section !== undefined) section.lines.push(line)
    else preamble(line, macros)
  }
  for (const one of sections) run(found, one, macros.expand(Mapped.join(one.lines)))
  return found.done()
}

/** A tag is a macro too; in what stands before the first section macros are expanded. */
function preamble(line: Mapped, macros: Macros): void {
  if (/^\s*#/.test(line.text) && !line.text.includes("%")) return
  const match = tag.exec(line.text)
  if (match === null) {
    macros.expand(line)
    return
  }
  const [head, name = "", number = ""] = match
  const value = macros.expand(line.slice(head.length).trim())
  if (/^(?:Source|Patch)$/i.test(name)) macros.define(`${name.toUpperCase()}${number || "0"}`, value.slice(value.text.lastIndexOf("/") + 1))
  else macros.define(name.toLowerCase(), value)
}

function define(line: Mapped, macros: Macros): void {
  const match = definition.exec(line.text)
  if (match === null) return
  const body = line.slice(match[0].length).trim()
  const isBraced = body.text.startsWith("{") && body.text.endsWith("}")
  const kept = (isBraced ? body.slice(1, body.length - 1) : body).replace(/\\\n/g, () => "\n")
  // `%global` is expanded where it stands, and its commands run there.
  const isGlobal = /^[ \t]*%global/.test(line.text)
  macros.define(match[1] ?? "", isGlobal ? macros.expand(kept) : kept)
  // What nothing refers to may be used by another file.
  if (!isGlobal && /%\(/.test(kept.text)) macros.expand(kept)
}

function run(found: Gathered, { head, program }: Section, of: Mapped): void {
  const name = program?.slice(program.lastIndexOf("/") + 1) ?? "sh"
  const language = interpreters.get(name)
  if (of.text.trim() !== "") found.inner(language ?? "shell", of)
  if (program === undefined || language !== undefined || /^(?:[a-z]*sh)$/.test(name)) return
  const what: Value = { kind: "text", text: program }
  found.act({ kind: "runs", as: "program", what, input: found.held.value(of.text), at: found.placeOf(head) })
}

/** Lines; a definition goes on behind a backslash and while a brace is open. */
function* logicalLines(of: Mapped): Generator<Mapped> {
  const { text } = of
  for (let at = 0; at < text.length; ) {
    let end = lineEnd(text, at)
    if (/^[ \t]*%(?:define|global)\b/.test(text.slice(at, at + 200)))
      while (end < text.length && goesOn(text.slice(at, end))) end = lineEnd(text, end + 1)
    yield of.slice(at, Math.min(text.length, end + 1))
    at = end + 1
  }
}

const lineEnd = (of: string, at: number): number => {
  const end = of.indexOf("\n", at)
  return end === -1 ? of.length : end
}

function goesOn(of: string): boolean {
  if (of.length > 1 << 16) return false
  if (of.endsWith("\\")) return true
  return (of.match(/[({]/g)?.length ?? 0) > (of.match(/[)}]/g)?.length ?? 0)
}
