import type { Value } from "../../model/code.ts"
import { Mapped } from "../mapped.ts"
import type { Call, Expander, Macro } from "./expander.ts"

/** What `config.status` does once `configure` is through (Autoconf 2.72, 4.5 to 4.12). */

const empty = Mapped.still("", 0)
const arg = (call: Call, index: number): Mapped => call.args[index] ?? empty

/**
 * Commands, and what sets their variables first: `configure` writes that into config.status through a here-document, which expands what single quotes hold
 * (Autoconf 2.72, 4.7: "INIT-CMDS are output ... in an unquoted here document").
 */
function commands(call: Call, m4: Expander, body: number, init: number): Mapped {
  const first = m4.expand(arg(call, init)).replace(/'[^']*'/g, ({ index, 0: quoted }, self) => {
    const held = self.slice(index, index + quoted.length)
    if (!quoted.includes("$")) return held
    const mark = Mapped.still('"', self.from(index))
    return Mapped.join([mark, self.slice(index + 1, index + quoted.length - 1), mark])
  })
  m4.later.push(m4.build(call.at, first, "\n", m4.expand(arg(call, body))))
  return m4.build(call.at, ":")
}

/** Files that are made of others: `output:input`, else `output` of `output.in`. */
const files =
  (how: "edited" | "linked"): Macro =>
  (call, m4) => {
    for (const tag of m4
      .expand(arg(call, 0))
      .text.split(/\s+/)
      .filter((one) => one !== "")) {
      const [output = "", ...inputs] = tag.split(":")
      const at = m4.found.placeOf(arg(call, 0))
      for (const input of inputs.length > 0 ? inputs : [`${output}.in`]) {
        const file: Value = { kind: "file", path: m4.found.held.value(input), at }
        const what: Value = how === "linked" ? file : { kind: "step", how: "edit", tool: "config.status", of: file, at }
        m4.found.act({ kind: "writes", path: m4.found.held.value(output), what, at })
      }
    }
    return commands(call, m4, 1, 2)
  }

const subdirectories: Macro = (call, m4) => {
  for (const folder of m4
    .expand(arg(call, 0))
    .text.split(/\s+/)
    .filter((one) => one !== "")) {
    const at = m4.found.placeOf(arg(call, 0))
    m4.found.act({ kind: "runs", as: "module", what: m4.found.held.value(`${folder}/configure`), language: "shell", at })
  }
  return m4.build(call.at, ":")
}

export const commandMacros: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["AC_CONFIG_COMMANDS", (call, m4) => commands(call, m4, 1, 2)],
  ["AC_CONFIG_COMMANDS_PRE", (call, m4) => commands(call, m4, 0, 1)],
  ["AC_CONFIG_COMMANDS_POST", (call, m4) => commands(call, m4, 0, 1)],
  ["AC_OUTPUT_COMMANDS", (call, m4) => commands(call, m4, 0, 1)],
  ["AC_CONFIG_FILES", files("edited")],
  ["AC_CONFIG_HEADERS", files("edited")],
  ["AC_CONFIG_HEADER", files("edited")],
  ["AM_CONFIG_HEADER", files("edited")],
  ["AC_CONFIG_LINKS", files("linked")],
  ["AC_CONFIG_SUBDIRS", subdirectories],
  ["AC_OUTPUT", files("edited")],
])
