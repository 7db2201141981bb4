/** Formats of what a machine, real or virtual, runs or links. */
export const objectFormats = ["elf", "mach-o", "pe", "wasm", "java-class", "python-bytecode", "llvm-bitcode", "static-library"] as const
export type ObjectFormat = (typeof objectFormats)[number]

/** Bytes that are object code by what they hold, whatever their name says. */
export interface ObjectCode {
  readonly format: ObjectFormat
  /** `64-bit x86-64 shared object`. */
  readonly what: string
}

/** What is said last of an object that is data alone. */
export const withoutCode = " without code"
