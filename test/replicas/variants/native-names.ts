import type { heldOutNatives } from "./held-out.ts"
import type { visibleNatives } from "./natives.ts"

export type NativeName = keyof typeof visibleNatives | keyof typeof heldOutNatives
