import type { Limits } from "../../core/limits.ts"
import type { Notes } from "../../core/reader.ts"
import type { BinaryFacts } from "../../model/binary.ts"
import type { Recogniser } from "../object-format.ts"
import type { Disassembler } from "../reach.ts"
import { claimAll } from "./claims.ts"
import { factsOf } from "./facts.ts"
import { fileTypes, headerBytes, headerOf, machine, machineOf } from "./header.ts"
import { Image } from "./image.ts"
import { Telling } from "./telling.ts"

const kinds: ReadonlyMap<number, string> = new Map([
  [fileTypes.relocatable, "object"],
  [fileTypes.executable, "executable"],
  [fileTypes.shared, "shared object"],
  [fileTypes.core, "core dump"],
])

/** The Executable and Linking Format (System V gABI, chapters 4 and 5). */
export const elf: Recogniser = {
  format: "elf",
  recognise(bytes) {
    const header = headerOf(bytes)
    if (header === undefined || header.size < headerBytes(header.view.is64)) return undefined
    return `${header.view.is64 ? 64 : 32}-bit ${machineOf(header.machine)} ${kinds.get(header.type) ?? "file of its own kind"}`
  },
}

/** Whether its code is of the machine that the disassembler knows. */
export const isX86Code = (bytes: Uint8Array): boolean => headerOf(bytes)?.machine === machine.x86_64

/** Reads one file: claims for every byte, anomalies, and what it does when it is loaded. */
export function readElf(
  bytes: Uint8Array,
  { disassemble, ...options }: { readonly layer: string; readonly limits: Limits; readonly disassemble: Disassembler | undefined },
  notes: Notes,
): BinaryFacts {
  const telling = new Telling(options, notes)
  const image = new Image(bytes, telling)
  const facts = factsOf(image, disassemble)
  claimAll(image)
  return facts
}
