import { latin1 } from "../../core/bytes.ts"
import type { Container } from "../parser.ts"
import { walkCpio } from "./cpio.ts"
import { formOf, strippedMagic } from "./form.ts"

/** cpio: newc, crc, odc and the old binary form; what an rpm and an initramfs hold. */
export const cpio = {
  kind: "container",
  format: "cpio",
  detect: (head) => formOf(head) !== undefined || /^07070X[0-9a-fA-F]{8}/.test(latin1(head.subarray(0, strippedMagic.length + 8))),
  walk: walkCpio,
} as const satisfies Container
