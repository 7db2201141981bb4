import type { ObjectCode } from "../model/object-code.ts"
import type { OpaqueFacts } from "../model/opaque.ts"
import { elf } from "./elf/index.ts"
import type { Machine } from "./inside.ts"
import { javaClass } from "./java-class/index.ts"
import { llvmBitcode } from "./llvm-bitcode/index.ts"
import { lookIntoAs } from "./look-into.ts"
import { machO } from "./mach-o/index.ts"
import type { Recogniser } from "./object-format.ts"
import { pe } from "./pe/index.ts"
import { pythonBytecode } from "./python-bytecode/index.ts"
import { staticLibrary } from "./static-library/index.ts"
import { wasm } from "./wasm/index.ts"

export { type Cost, type Inside, Look, type Machine } from "./inside.ts"
export { wordsAskedOf } from "./words.ts"

const single: readonly Recogniser[] = [elf, machO, pe, wasm, javaClass, pythonBytecode, llvmBitcode]

/** Every format of object code. A new one is a folder and a line here. */
export const recognisers: readonly Recogniser[] = [
  ...single,
  staticLibrary((bytes) => single.some((one) => one.recognise(bytes) !== undefined)),
]

/** What object code the bytes are; undefined: none that is known. */
export function objectCodeOf(bytes: Uint8Array): ObjectCode | undefined {
  for (const { format, recognise } of recognisers) {
    const what = recognise(bytes)
    if (what !== undefined) return { format, what }
  }
  return undefined
}

/** What one opaque content of a release is. Pure, but for the decoders that `machine` is given. */
export const lookInto = (bytes: Uint8Array, path: string, machine: Omit<Machine, "recognise">): Promise<OpaqueFacts> =>
  lookIntoAs(bytes, path, { ...machine, recognise: objectCodeOf })
