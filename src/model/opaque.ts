import type { BinaryFacts } from "./binary.ts"
import type { Repeats, Structure } from "./inside.ts"
import type { ObjectCode } from "./object-code.ts"

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
  /** What of the bytes and of containers was not looked at, in sentences. */
  readonly limits: readonly string[]
  /** What of object code was not read. */
  readonly unread: readonly string[]
}

export interface Opaques {
  /** In the order of their paths. */
  readonly entries: readonly OpaqueFacts[]
  /** Words that stand in texts of the release and of the commit, at least of those that its binaries import or define; undefined: no text was read for them. */
  readonly words?: Pick<ReadonlySet<string>, "has">
}
