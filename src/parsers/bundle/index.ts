import { latin1 } from "../../core/bytes.ts"
import type { Indexed } from "../parser.ts"
import { walkBundle } from "./bundle.ts"
import { signature } from "./header.ts"

/** git bundles of version 2 and 3 (gitformat-bundle(5), gitformat-pack(5)). */
export const bundle = {
  kind: "indexed",
  format: "bundle",
  detect: (head) => signature.test(latin1(head)),
  detectTail: () => false,
  walk: walkBundle,
} as const satisfies Indexed
