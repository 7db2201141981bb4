import type { ObjectFormat } from "../model/object-code.ts"

/** A format of object code, known by more of its bytes than a magic: text and data begin with anything. */
export interface Recogniser {
  readonly format: ObjectFormat
  /** What it is, in a few words; undefined: not of this format. */
  recognise(bytes: Uint8Array): string | undefined
}
