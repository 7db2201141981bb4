import type { BinaryFacts } from "./binary.ts"
import type { Repeats, Structure } from "./inside.ts"

/** Formats of what a machine, real or virtual, runs or links. */
export const objectFormats = ["elf", "mach-o", "pe", "wasm", "java-class", "python-bytecode", "llvm-bitcode", "static-library"] as const
export type ObjectFormat = (typeof objectFormats)[number]

/** Bytes that are object code by what they hold, whatever their name says. */
export interface ObjectCode {
  readonly format: ObjectFormat
  /** `64-bit x86-64 shared object`. */
  readonly what: string
}

/** What an opaque entry of a release is. */
export interface OpaqueFacts {
  readonly path: string
  readonly size: number
  /** Bits a byte, 0 to 8. */
  readonly entropy: number
  /** Of a container that a parser knows. */
  readonly format?: string
  readonly object?: ObjectCode
  /** Undefined, as is `structure`: larger than what is looked into. */
  readonly repeats?: Repeats
  readonly structure?: Structure
  /** Of an ELF file; of a static library, those of its members. */
  readonly binaries: readonly BinaryFacts[]
  /** What was not looked at, in sentences. */
  readonly limits: readonly string[]
}
