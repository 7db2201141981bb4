import { rot13 } from "../kit.ts"
import type { Chance } from "./random.ts"

/** What a script of the shell does, before it is written in one of many ways. */
export interface Pipeline {
  /** A command that writes the name of the carrier; undefined: the name is known. */
  readonly find: string | undefined
  readonly path: string
  /** Of its first stage: the name of the file. */
  stages(name: string): readonly string[]
  readonly sink: Sink
}

/** What becomes of what comes out: lines of a script, the last of which runs it. */
export interface Sink {
  readonly payload: string | Buffer
  lines(pipeline: string): readonly string[]
}

const written = ": > MARKER\n"
const step = (path: string, last: string): Sink => ({ payload: written, lines: (pipeline) => [`${pipeline} > ${path}`, last] })

/** The header of an object of ELF (64 bits, relocatable, x86-64) without a section, and a word behind it. */
const object = Buffer.concat([
  Buffer.from("7f454c46020101000000000000000000" + "01003e0001000000", "hex"),
  Buffer.alloc(28),
  Buffer.from("400000000000400000000000", "hex"),
  Buffer.from("MARKER\0\0"),
])

export const sinks = {
  sh: { payload: written, lines: (pipeline) => [`${pipeline} | sh`] },
  bash: { payload: written, lines: (pipeline) => [`${pipeline} | bash -s`] },
  shell: { payload: written, lines: (pipeline) => [`${pipeline} | $SHELL`] },
  configShell: { payload: written, lines: (pipeline) => [`${pipeline} | \${CONFIG_SHELL-/bin/sh}`] },
  eval: { payload: written, lines: (pipeline) => [`eval "\`${pipeline}\`"`] },
  source: step("conf.part", ". ./conf.part"),
  argument: { payload: written, lines: (pipeline) => [`part=$(${pipeline})`, 'sh -c "$part"'] },
  here: { payload: written, lines: (pipeline) => ["sh << END", `$(${pipeline})`, "END"] },
  lines: { payload: written, lines: (pipeline) => [`${pipeline} | while read -r part; do eval "$part"; done`] },
  perl: { payload: 'open my $mark, ">", "MARKER";\n', lines: (pipeline) => [`${pipeline} | perl`] },
  python: { payload: 'open("MARKER", "w").close()\n', lines: (pipeline) => [`${pipeline} | python3 -`] },
  awk: { payload: 'BEGIN { printf "" > "MARKER" }\n', lines: (pipeline) => [`${pipeline} > part.awk`, "awk -f part.awk"] },
  compile: {
    payload: '#include <stdio.h>\nint main(void) { return fopen("MARKER", "w") == 0; }\n',
    lines: (pipeline) => [`${pipeline} | \${CC-cc} -x c -o conf.part -`, "./conf.part"],
  },
  link: { payload: object, lines: (pipeline) => [`${pipeline} > part.o`, `\${CC-cc} -o main src/main.o part.o`] },
} as const satisfies Readonly<Record<string, Sink>>

export type SinkName = keyof typeof sinks

/** Ways to write it down. */
export type Style = "plain" | "backticks" | "evaluated" | "pieces" | "backslashes" | "functions" | "printed" | "translated" | "suffix"

export function linesOf({ find, path, stages, sink }: Pipeline, style: Style, chance: Chance): readonly string[] {
  const found = chance.word()
  const name = find === undefined && style !== "suffix" ? path : `"$${found}"`
  const assigned = find === undefined ? (style === "suffix" ? [`${found}=${path}`] : []) : [assignment(found, find, style)]
  const [before, pipeline] = styled(stages(name), { style, chance, found })
  return [...assigned, ...before, ...sink.lines(pipeline)]
}

const assignment = (name: string, command: string, style: Style): string =>
  style === "plain" ? `${name}=$(${command})` : `${name}=\`${command}\``

interface Styling {
  readonly style: Style
  readonly chance: Chance
  readonly found: string
}

/** Lines that go before, and the pipeline. */
function styled(stages: readonly string[], { style, chance, found }: Styling): readonly [readonly string[], string] {
  const joined = stages.join(" | ")
  switch (style) {
    case "plain":
    case "backticks":
      return [[], joined]
    case "evaluated": {
      const command = chance.word()
      const [first = "", ...rest] = stages.map((stage) => inDoubleQuotes(stage, found))
      const more = rest.map((stage) => `${command}="$${command} | ${stage}"`)
      return [[`${command}="${first}"`, ...more], `eval "$${command}"`]
    }
    case "pieces": {
      const parts = stages.map((stage) => inPieces(stage, chance))
      return [parts.flatMap(([lines]) => lines), parts.map(([, stage]) => stage).join(" | ")]
    }
    case "backslashes":
      return [
        [],
        stages
          .map((stage) =>
            stage.replace(/^([a-z])([a-z])([a-z0-9]*)/, (_, a, b, c) => (chance.below(2) === 0 ? `${a}\\${b}${c}` : `${a}''"${b}"${c}`)),
          )
          .join(" | "),
      ]
    case "functions": {
      const [first = "", ...rest] = stages
      const unpack = chance.word()
      const pick = chance.word()
      return [[`${pick}() { ${first}; }`, `${unpack}() { ${rest.join(" | ")}; }`], rest.length === 0 ? pick : `${pick} | ${unpack}`]
    }
    case "printed":
      return [[], stages.map((stage) => stage.replace(/^([a-z])([a-z0-9]+)/, (_, a, b) => `$(printf '${a}%s' ${b})`)).join(" | ")]
    case "translated":
      return [
        [],
        stages.map((stage) => stage.replace(/^[a-z][a-z0-9]{2,}/, (program) => `$(echo ${rot13(program)} | tr a-z n-za-m)`)).join(" | "),
      ]
    case "suffix":
      // The last stage is the program that the file's suffix names.
      return [[], [...stages.slice(0, -1), `"\${${found}##*.}" -dc`].join(" | ")]
  }
}

/** A stage as it stands between double quotes; the name of the file is put in at once. */
const inDoubleQuotes = (stage: string, found: string): string =>
  stage
    .split(`"$${found}"`)
    .map((part) => part.replace(/[\\$"`]/g, "\\$&"))
    .join(`'$${found}'`)

/** The name of a program out of two variables. */
function inPieces(stage: string, chance: Chance): readonly [readonly string[], string] {
  const [program = ""] = /^[a-z0-9]{3,}/.exec(stage) ?? []
  if (program === "") return [[], stage]
  const at = 1 + chance.below(program.length - 1)
  const [one, other] = [chance.word(), chance.word()]
  return [[`${one}=${program.slice(0, at)}`, `${other}=${program.slice(at)}`], `"$${one}$${other}"${stage.slice(program.length)}`]
}
