import { builtins } from "./builtins.ts"
import { toolNamed } from "./tools.ts"

/** A program, or a word of the shell itself, whose work is known: what goes through it goes somewhere. */
export const isKnownProgram = (name: string): boolean => builtins.has(name) || toolNamed(name) !== undefined
