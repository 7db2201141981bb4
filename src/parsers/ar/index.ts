import { latin1 } from "../../core/bytes.ts"
import type { Container } from "../parser.ts"
import { magic, walkAr } from "./ar.ts"

/** ar: the common, System V/GNU and BSD forms (deb(5); ar(5) of FreeBSD; `binutils`, bfd/archive.c). */
export const ar = {
  kind: "container",
  format: "ar",
  detect: (head) => latin1(head.subarray(0, 8)) === magic,
  walk: walkAr,
} as const satisfies Container
