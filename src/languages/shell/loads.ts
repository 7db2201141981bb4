import type { Value } from "../../model/code.ts"
import { constantOf } from "./builder.ts"
import { content } from "./files.ts"
import type { Machine } from "./machine.ts"
import type { Streams } from "./streams.ts"

const preloads = new Set(["LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"])
const startFiles = new Set(["BASH_ENV", "ENV"])

/** Variables that name what every program, or every shell, loads when it starts (ld.so(8), bash(1)). */
export function loads(name: string, value: Value, machine: Machine, streams: Streams): void {
  if (constantOf(value) === "" || !(preloads.has(name) || startFiles.has(name))) return
  const what = content(machine, value, streams, machine.at)
  if (preloads.has(name)) machine.act({ kind: "runs", as: "module", what }, machine.at)
  else machine.act({ kind: "runs", as: "text", what, language: "shell" }, machine.at)
}
