import type { Statement } from "../imperative/ir.ts"
import type { SyntaxNode } from "../syntax.ts"
import type { FileOf } from "./module-files.ts"

/** Where a statement stands: in the module itself names are global; in a function but for those that it declares so. */
export interface Around {
  readonly text: string
  readonly fileOf: FileOf
  readonly isGlobal: (name: string) => boolean
}

export type Block = (node: SyntaxNode | undefined, around: Around) => readonly Statement[]
