import type { Language } from "./language.ts"

export type { Analysed, Analyser, Analysis, Language, ReadPackaged, Source } from "./language.ts"

/** Every language that is analysed, the more particular first. A new one is a folder and a line here. */
export const languages: readonly Language[] = []
