import { text, type Value } from "../../model/code.ts"
import { Gathered } from "../gathered.ts"
import { type Json, readJson, stringsOf } from "../json.ts"
import type { Analyser } from "../language.ts"
import { Mapped } from "../mapped.ts"
import { shellWords } from "../words.ts"

interface Instruction {
  readonly name: string
  readonly rest: Mapped
  /** Here-documents behind it, in their order. */
  readonly documents: readonly Mapped[]
}

/** Instructions with their lines joined; comments between continued lines are none of them (Dockerfile reference, "Format"). */
function* instructions(of: Mapped): Generator<Instruction> {
  // Directives end with the first line that is none.
  const goesOn = /^(?:#[ \t]*(?:syntax|check)[ \t]*=[^\n]*\n)*#[ \t]*escape[ \t]*=[ \t]*`/i.test(of.text) ? /`[ \t]*$/ : /\\[ \t]*$/
  for (let at = 0; at < of.length; ) {
    const lines: Mapped[] = []
    let more = true
    while (more && at < of.length) {
      const line = of.slice(at, lineEnd(of.text, at))
      at += line.length + 1
      if (/^\s*(?:#|$)/.test(line.text)) {
        more = lines.length > 0
        continue
      }
      more = goesOn.test(line.text)
      lines.push(more ? line.slice(0, goesOn.exec(line.text)?.index) : line)
      // A shell must see one line, a reader the place of each.
      if (more) lines.push(Mapped.still("\\\n", line.from(line.length - 1)))
    }
    const whole = Mapped.join(lines).trim()
    const name = /^[A-Za-z]+/.exec(whole.text)?.[0]
    if (name === undefined) continue
    const documents: Mapped[] = []
    for (const [, dash, , end = ""] of whole.text.matchAll(/<<(-?)(['"]?)(\w+)\2/g)) {
      if (!/^(?:RUN|COPY|ADD)$/i.test(name)) break
      const start = at
      let stop = at
      for (; at < of.length; ) {
        const line = of.text.slice(at, lineEnd(of.text, at))
        stop = at
        at += line.length + 1
        if ((dash === "-" ? line.replace(/^\t+/, "") : line) === end) break
        stop = Math.min(at, of.length)
      }
      documents.push(of.slice(start, stop))
    }
    yield { name: name.toUpperCase(), rest: whole.slice(name.length).trim(), documents }
  }
}

const lineEnd = (of: string, at: number): number => {
  const end = of.indexOf("\n", at)
  return end === -1 ? of.length : end
}

class Build {
  readonly #found: Gathered
  readonly #variables = new Map<string, Value>()
  #shell: readonly string[] = ["/bin/sh", "-c"]

  constructor(found: Gathered) {
    this.#found = found
  }

  run({ name, rest, documents }: Instruction): void {
    if (name === "RUN" || name === "CMD" || name === "ENTRYPOINT") this.#command(withoutOptions(rest), documents)
    else if (name === "HEALTHCHECK")
      this.#command(
        withoutOptions(rest).replace(/^CMD\s+/gi, () => ""),
        [],
      )
    else if (name === "ONBUILD") {
      const inner = /^[A-Za-z]+/.exec(rest.text)?.[0] ?? ""
      if (inner.toUpperCase() !== "ONBUILD") this.run({ name: inner.toUpperCase(), rest: rest.slice(inner.length).trim(), documents })
    } else if (name === "SHELL") this.#shell = [...strings(rest, this.#found)].map(({ text: of }) => of)
    else if (name === "ENV" || name === "ARG") this.#set(name, rest)
    else if (name === "ADD" || name === "COPY") this.#copy(rest, documents)
    else if (name === "FROM") this.#module(rest)
  }

  /** A command as a list of arguments, or as text for the shell. */
  #command(of: Mapped, documents: readonly Mapped[]): void {
    const isList = of.text.startsWith("[")
    const list = isList ? strings(of, this.#found) : []
    const isAlone = documents.length > 0 && /^<<-?(['"]?)\w+\1$/.test(of.text)
    const line =
      list.length > 0
        ? shellWords(list)
        : isAlone
          ? documents[0]
          : Mapped.join([of, ...documents.flatMap((document, index) => here(of, document, index))])
    if (line === undefined || line.text.trim() === "") return
    const [program = ""] = this.#shell
    const name = program.slice(program.lastIndexOf("/") + 1).replace(/\.exe$/, "")
    const language = /^python[\d.]*$/.test(name)
      ? "python"
      : /^(?:powershell|pwsh)$/.test(name)
        ? "powershell"
        : name === "cmd"
          ? "batch"
          : "shell"
    if (list.length === 0 && language === "shell" && !/^(?:[a-z]*sh|env|busybox|)$/.test(name))
      this.#found.act({
        kind: "runs",
        as: "program",
        what: text(program),
        with: [this.#found.held.value(line.text)],
        at: this.#found.placeOf(line),
      })
    this.#found.inner(list.length > 0 ? "shell" : language, line, this.#variables)
  }

  #set(name: string, rest: Mapped): void {
    const pairs = [...rest.text.matchAll(/(\w+)=("(?:[^"\\]|\\[\s\S])*"|'[^']*'|(?:[^\s"'\\]|\\[\s\S])*)/g)]
    const old = /^(\w+)\s+([\s\S]*)$/.exec(rest.text)
    if (pairs.length === 0 && old !== null && name === "ENV") this.#variables.set(old[1] ?? "", this.#expanded(old[2] ?? ""))
    for (const [, own = "", value = ""] of pairs) {
      const bare = value.replace(/^(["'])([\s\S]*)\1$/, "$2")
      const made: Value = this.#expanded(bare)
      const at = this.#found.placeOf(rest)
      // Whoever builds can give an argument another value.
      this.#variables.set(own, name === "ARG" ? { kind: "either", of: [made, { kind: "environment", name: own, at }] } : made)
    }
    if (name === "ARG" && pairs.length === 0)
      this.#variables.set(rest.text.trim(), { kind: "environment", name: rest.text.trim(), at: this.#found.placeOf(rest) })
  }

  /** References that Docker itself expands. */
  #expanded(of: string): Value {
    const made = of.replace(
      /\\([\s\S])|\$(?:\{(\w+)\}|(\w+))/g,
      (_, escaped: string | undefined, braced: string | undefined, plain: string | undefined) => {
        if (escaped !== undefined) return escaped
        const name = braced ?? plain ?? ""
        const value = this.#variables.get(name)
        return this.#found.held.hold(value ?? { kind: "environment", name, at: this.#found.place(0) })
      },
    )
    return this.#found.held.value(made)
  }

  #copy(rest: Mapped, documents: readonly Mapped[]): void {
    const at = this.#found.placeOf(rest)
    const isOther = /^(?:--\w+(?:=\S*)?\s+)*--from=/.test(rest.text)
    const words = rest.text.startsWith("[")
      ? strings(rest, this.#found).map(({ text: of }) => of)
      : withoutOptions(rest).text.split(/[\s\\]+/)
    const path = this.#expanded(words.at(-1) ?? "")
    for (const word of words.slice(0, -1)) {
      if (word.startsWith("<<")) continue
      const from = this.#expanded(word)
      const isUrl = /^(?:https?|ftp|git):/.test(word)
      if (isUrl) this.#found.act({ kind: "connects", to: from, at })
      const what: Value = isUrl
        ? { kind: "fetched", from, at }
        : isOther
          ? { kind: "unknown", why: "a file of another image" }
          : { kind: "file", path: from, at }
      this.#found.act({ kind: "writes", path, what, at })
    }
    for (const document of documents)
      this.#found.act({ kind: "writes", path, what: this.#found.held.value(document.text), at: this.#found.placeOf(document) })
  }

  #module(rest: Mapped): void {
    const image = withoutOptions(rest).text.split(/\s+/)[0] ?? ""
    this.#found.act({ kind: "runs", as: "module", what: this.#expanded(image), language: "dockerfile", at: this.#found.placeOf(rest) })
  }
}

const withoutOptions = (of: Mapped): Mapped => of.slice(/^(?:--[\w-]+(?:=\S*)?(?:\s|\\\n)+)*/.exec(of.text)?.[0].length ?? 0)

function strings(of: Mapped, found: Gathered): readonly Mapped[] {
  const { value } = readJson(
    of.replace(/\\\n/g, () => " "),
    found.analysis.limits.scriptDepthMax,
  )
  return value?.kind === "array" ? [...stringsOf(value satisfies Json)].map((one) => one.of) : []
}

/** A here-document as the shell gets it. */
function here(line: Mapped, document: Mapped, index: number): readonly Mapped[] {
  const end = [...line.text.matchAll(/<<-?(['"]?)(\w+)\1/g)][index]?.[2] ?? "EOF"
  const from = document.length === 0 ? line.from(0) : document.from(document.length - 1)
  return [
    Mapped.still("\n", from),
    document.text.endsWith("\n") || document.length === 0 ? document : Mapped.join([document, Mapped.still("\n", from)]),
    Mapped.still(end, from),
  ]
}

export const analyse: Analyser = (source, analysis) => {
  const found = new Gathered(source, analysis)
  const build = new Build(found)
  // The program that reads the file is an image too.
  const syntax = /^#[ \t]*syntax[ \t]*=[ \t]*(\S+)/i.exec(source.text)?.[1]
  if (syntax !== undefined)
    found.act({ kind: "runs", as: "module", what: found.held.value(syntax), language: "dockerfile", at: found.place(0) })
  for (const instruction of instructions(Mapped.whole(source.text))) {
    if (!found.spend(8 + (instruction.rest.length >> 4), instruction.rest.length === 0 ? 0 : instruction.rest.from(0))) break
    build.run(instruction)
  }
  return found.done()
}
