import { latin1 } from "../../core/bytes.ts"
import type { Indexed } from "../parser.ts"
import { leadMagic } from "./lead.ts"
import { walkRpm } from "./rpm.ts"

/** rpm packages, binary and source, of format 3 and newer (rpm, docs/manual/format_v4.md and format_v6.md). */
export const rpm = {
  kind: "indexed",
  format: "rpm",
  detect: (head) => latin1(head.subarray(0, 4)) === leadMagic,
  detectTail: () => false,
  walk: walkRpm,
} as const satisfies Indexed
