import { type Dynamic, dynamicOf } from "./dynamic.ts"
import { Mapping } from "./mapping.ts"
import type { Telling } from "./telling.ts"

/** One file as its headers and the dynamic linker see it. */
export class Image extends Mapping {
  readonly dynamic: Dynamic | undefined

  constructor(bytes: Uint8Array, telling: Telling) {
    super(bytes, telling)
    this.dynamic = dynamicOf(this)
  }
}
