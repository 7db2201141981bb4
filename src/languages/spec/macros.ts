import { unknown } from "../../model/code.ts"
import type { Gathered } from "../gathered.ts"
import { Mapped } from "../mapped.ts"

/** Macros of rpm that are commands, as a shell sees them (rpm, macros; redhat-rpm-config). */
const builtIn: Readonly<Record<string, string>> = {
  setup: ":",
  autosetup: ":",
  autopatch: ":",
  configure: "./configure",
  make_build: "make",
  make_install: "make install",
  make: "make",
  cmake: "cmake",
  cmake_build: "cmake --build .",
  cmake_install: "cmake --install .",
  meson: "meson setup",
  meson_build: "meson compile",
  meson_install: "meson install",
  py3_build: "python3 setup.py build",
  py3_install: "python3 setup.py install",
  find_lang: ":",
  __python3: "python3",
  __python: "python",
  python3: "python3",
  __sed: "sed",
  __tar: "tar",
  __perl: "perl",
  __make: "make",
  __rm: "rm",
  __cp: "cp",
  __mkdir: "mkdir",
  __mkdir_p: "mkdir -p",
  __install: "install",
  __ln_s: "ln -s",
  __mv: "mv",
  __cat: "cat",
  __grep: "grep",
  __gzip: "gzip",
  __bzip2: "bzip2",
  __xz: "xz",
  __id_u: "id -u",
  nil: "",
  SHELL: "/bin/sh",
  _builddir: ".",
  _sourcedir: ".",
}

const token = /%%|%\(|%\[|%\{|%([?!]*)([A-Za-z_]\w*|[0-9#*])/g

/** Expands macros of a spec (rpm, "Macro syntax"). What is not defined here is not known. */
export class Macros {
  readonly found: Gathered
  readonly #definitions = new Map<string, Mapped[]>()
  #depth = 0

  constructor(found: Gathered) {
    this.found = found
  }

  define(name: string, body: Mapped): void {
    // Defined twice, as in two branches: each of them may be it.
    const before = this.#definitions.get(name) ?? []
    const { valuePartsMax } = this.found.analysis.limits
    if (before.length >= valuePartsMax) this.found.giveUp(this.found.placeOf(body), `a macro with more than ${valuePartsMax} definitions`)
    else if (before.every(({ text }) => text !== body.text)) this.#definitions.set(name, [...before, body])
  }

  expand(of: Mapped): Mapped {
    if (!of.text.includes("%")) return of
    const { scriptDepthMax, valueBytesMax } = this.found.analysis.limits
    if (this.#depth >= scriptDepthMax) return this.#giveUp(of, `macros nest deeper than ${scriptDepthMax}`)
    if (!this.found.spend(8 + (of.length >> 4) + of.runs, of.from(0))) return this.#unknown("too many steps", of.from(0))
    this.#depth += 1
    const made = this.#expandNow(of)
    this.#depth -= 1
    return made.length > valueBytesMax && made.length > of.length ? this.#giveUp(of, `expands to more than ${valueBytesMax} bytes`) : made
  }

  #expandNow(of: Mapped): Mapped {
    const parts: Mapped[] = []
    let done = 0
    token.lastIndex = 0
    for (let match = token.exec(of.text); match !== null; match = token.exec(of.text)) {
      const at = match.index
      const behind = /^%[({[]/.test(match[0]) ? closeOf(of.text, at + 1) : token.lastIndex
      parts.push(of.slice(done, at))
      if (behind === undefined) parts.push(this.#giveUp(of.slice(at), "a macro without an end"))
      else parts.push(this.#referred(of.slice(at, behind), match))
      done = behind ?? of.length
      token.lastIndex = done
    }
    return Mapped.join([...parts, of.slice(done)])
  }

  #referred(of: Mapped, [start, marks = "", name]: RegExpExecArray): Mapped {
    const at = of.from(0)
    if (start === "%%") return Mapped.still("%", at)
    if (name !== undefined) return marks.includes("!") ? Mapped.still("", at) : this.#named(name, at, marks.includes("?"))
    const inside = of.slice(2, of.length - 1)
    if (start === "%(") {
      const printed = this.found.inner("shell", this.expand(inside)) ?? unknown("what a command prints")
      return Mapped.still(
        this.found.held.hold(printed.kind === "text" ? { kind: "text", text: printed.text.replace(/\n+$/, "") } : printed),
        at,
      )
    }
    if (start === "%[") return this.#unknown("an expression of rpm", at)
    const function_ =
      /^(lua|expand|load|shrink|quote|uncompress|basename|dirname|suffix|url2path|u2p|getenv|echo|warn|error|dump|S|P|F)(?::|\s+)/.exec(
        inside.text,
      )
    if (function_ !== null) return this.#function(function_[1] ?? "", inside.slice(function_[0].length), at)
    const conditional = /^([!?]+)([A-Za-z_]\w*|-\w\*?)(?::([\s\S]*))?$/.exec(inside.text)
    if (conditional === null) return this.#named(/^-?\w+\*?/.exec(inside.text)?.[0] ?? "", at, false)
    const [, how = "", own = "", then] = conditional
    // Whether a macro is defined is for the builder to say: what it would become is looked at.
    if (then !== undefined) return this.expand(inside.slice(inside.length - then.length))
    return how.includes("!") ? Mapped.still("", at) : this.#named(own, at, true)
  }

  #function(name: string, inside: Mapped, at: number): Mapped {
    const of = name === "lua" ? inside : this.expand(inside)
    const what = this.found.held.value(of.text)
    if (name === "lua") this.found.inner("lua", of)
    else if (name === "load") this.found.act({ kind: "runs", as: "module", what, language: "spec", at: this.found.place(at) })
    else if (name === "getenv")
      return Mapped.still(this.found.held.hold({ kind: "environment", name: of.text, at: this.found.place(at) }), at)
    else if (name === "expand") return this.expand(of)
    else if (name === "shrink" || name === "quote") return of
    return this.#unknown(`what ${name} of rpm gives`, at)
  }

  #named(name: string, at: number, isOptional: boolean): Mapped {
    const bodies = this.#definitions.get(name)
    if (bodies !== undefined) {
      const made = bodies.map((body) => this.expand(body))
      const [only] = made
      if (made.length === 1 && only !== undefined) return only.text.includes("\n") ? only : Mapped.still(only.text, at)
      return Mapped.still(this.found.held.hold({ kind: "either", of: made.map((one) => this.found.held.value(one.text)) }), at)
    }
    const known = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
    if (known !== undefined) return Mapped.still(known, at)
    if (/^(?:patch|PATCH)\d*$/.test(name)) return Mapped.still(":", at)
    if (isOptional) return Mapped.still("", at)
    return this.#unknown(`the macro ${name.slice(0, 80)}`, at)
  }

  #unknown(why: string, at: number): Mapped {
    return Mapped.still(this.found.held.hold(unknown(why)), at)
  }

  #giveUp(of: Mapped, why: string): Mapped {
    this.found.giveUp(this.found.placeOf(of), why)
    return this.#unknown(why, of.from(0))
  }
}

const closing: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]" }

/** Behind the bracket that closes the one at `at`. */
function closeOf(of: string, at: number): number | undefined {
  const open = of.charAt(at)
  const close = closing[open]
  let depth = 0
  for (let here = at; here < of.length; here += 1) {
    const one = of.charAt(here)
    if (one === open) depth += 1
    else if (one === close && --depth === 0) return here + 1
  }
  return undefined
}
