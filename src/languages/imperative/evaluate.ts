import type { Analysed, Analysis, Source } from "../language.ts"
import type { Statement } from "./ir.ts"
import type { Platform } from "./platform.ts"

/** What a program does: each of its functions is looked at, also those that nothing calls. */
export declare function evaluate(program: readonly Statement[], platform: Platform, source: Source, analysis: Analysis): Analysed
