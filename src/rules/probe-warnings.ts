import type { Changes, CheckedProbe } from "../model/inspection.ts"

/** A probe that warnings stop, since changed lines around it make errors of them: it asks for a variable that nothing uses (GCC, "Options to Request or Suppress Warnings", `-Wunused-variable`). */
export interface Warned {
  readonly probe: CheckedProbe
  readonly variable: string
  /** Of the lines that came. */
  readonly flags: string
}

const errors = /-Werror(?![=\w-])/
const warns = /-W(?:all|unused(?:-variable)?|extra)(?![\w=-])|-Werror=unused(?:-variable)?(?![\w-])/

/** Lines between flags and the program that is compiled with them: a heredoc, and what keeps the flags of before. */
const nearMax = 12

export function warnedProbes(probes: readonly CheckedProbe[], changes: Changes | undefined): readonly Warned[] {
  const stricter = (changes?.texts ?? []).flatMap(({ path, lines }) =>
    lines.flatMap(({ first, added, removed }) => {
      const flags = added.find(isStrict)
      return flags === undefined || removed.some(isStrict) ? [] : [{ path, from: first, to: first + added.length, flags: flags.trim() }]
    }),
  )
  if (stricter.length === 0) return []
  return probes.flatMap((probe) => {
    const { path, lines } = probe.probe.at
    const near = stricter.find((one) => one.path === path && lines[0] <= one.to + nearMax && lines[1] >= one.from - nearMax)
    const variable = near === undefined ? undefined : unusedIn(probe.probe.text)
    return near === undefined || variable === undefined ? [] : [{ probe, variable, flags: near.flags }]
  })
}

const lineMax = 2000

const isStrict = (line: string): boolean => line.length <= lineMax && warns.test(line) && (errors.test(line) || /-Werror=unused/.test(line))

/** A declaration of one variable of a plain type, alone in its statement. */
const declared =
  /[{;]\s*(?:(?:const|unsigned|signed|long|short|struct|enum)\s+)*[A-Za-z_]\w*[\s*]+([A-Za-z_]\w*)\s*(?:\[[^\]]*\]+\s*)*(?:=\s*(?:[\w.'"+-]+|\{[^{}]*\})\s*)?(?=;)/g
const words = /^(?:return|goto|case|else|typedef|extern|static|using|namespace|delete|throw)$/

/** The first local variable of a program whose name stands there once. */
export function unusedIn(program: string): string | undefined {
  if (program.length > programMax) return undefined
  const plain = program.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*#[^\n]*/gm, " ")
  const body = plain.indexOf("{")
  if (body === -1) return undefined
  const counts = new Map<string, number>()
  for (const [word] of plain.matchAll(/[A-Za-z_]\w*/g)) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const [statement, name = ""] of plain.slice(body).matchAll(declared)) {
    const [type = ""] = /[A-Za-z_]\w*/.exec(statement) ?? []
    if (!words.test(type) && !/\bvolatile\b/.test(statement) && counts.get(name) === 1) return name
  }
  return undefined
}

const programMax = 20_000
